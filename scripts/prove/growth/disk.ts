/** What a person takes on the disk, table by table, indexes with their table. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Row } from '../part.ts'
import type { Sized } from './sized.ts'

export const diskRows = ({ size, dataDir }: Sized): readonly Row[] => {
  const file = join(dataDir, 'guichet.sqlite')
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    const tables = db
      .prepare(
        `SELECT s.tbl_name AS name, sum(d.pgsize) AS bytes FROM dbstat d JOIN sqlite_schema s ON s.name = d.name
          GROUP BY s.tbl_name HAVING bytes > ? ORDER BY bytes DESC`,
      )
      .all(size * 4)
    const bytes = statSync(file).size
    const walFile = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0
    return [
      {
        what: `a person at ${size}`,
        figure: Math.round(bytes / size),
        unit: 'bytes',
        note: `${(bytes / 2 ** 20).toFixed(0)} MB in all`,
      },
      ...tables.map(({ name, bytes: taken }) => ({
        what: `a person at ${size}: ${String(name)}`,
        figure: Math.round(Number(taken) / size),
        unit: 'bytes',
      })),
      { what: `write-ahead log at ${size}`, figure: Math.round(walFile / 2 ** 20), unit: 'MB' },
    ]
  } finally {
    db.close()
  }
}
