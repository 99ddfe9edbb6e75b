/** How SQLite finds the rows of every statement that the store prepares: by an index, or for a reason told here. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { is, type Row } from '../part.ts'

/** Every statement prepared while `open` ran, once. */
export const preparedWhile = async <T>(
  open: () => Promise<T>,
): Promise<{ readonly opened: T; readonly statements: readonly string[] }> => {
  const statements = new Set<string>()
  const { prepare } = DatabaseSync.prototype
  DatabaseSync.prototype.prepare = function (this: DatabaseSync, sql: string, ...more: []) {
    statements.add(sql)
    return prepare.call(this, sql, ...more)
  }
  try {
    return { opened: await open(), statements: [...statements] }
  } finally {
    DatabaseSync.prototype.prepare = prepare
  }
}

/** What may walk through a whole table, and why. */
const justified: readonly { readonly within: string; readonly step: RegExp; readonly why: string }[] = [
  {
    within: 'SELECT count(*) AS count FROM accounts',
    step: /^SCAN accounts/,
    why: 'asked by an operator, in a process of its own',
  },
  {
    within: 'FROM services ORDER BY',
    step: /^SCAN services/,
    why: 'services are few, and listed for an administrator',
  },
  {
    within: 'FROM audit_segments ORDER BY day, segment',
    step: /^(SCAN audit_segments|USE TEMP B-TREE)/,
    why: 'the whole audit is listed to be verified, by an auditor',
  },
  {
    within: 'FROM audit_segments WHERE',
    step: /^SCAN audit_segments USING (COVERING )?INDEX audit_segments_(open|erasing)$/,
    why: 'the index holds the few that are looked for, and no other',
  },
  // a subquery of one row that another one has just computed
  {
    within: 'INSERT INTO throttles',
    step: /^SCAN (throttles|\(subquery-\d+\)|CONSTANT ROW)/,
    why: 'one row, computed',
  },
  { within: 'INSERT INTO throttle_members', step: /^SCAN CONSTANT ROW/, why: 'no table' },
  { within: 'INSERT INTO artefacts', step: /^SCAN CONSTANT ROW/, why: 'no table' },
]

export type Walk = { readonly statement: string; readonly step: string }

const isPlanned = (sql: string): boolean => /^\s*(SELECT|INSERT|UPDATE|DELETE)\b/i.test(sql)

/** Steps of statements that read a whole table or sort in memory, without a reason. */
export const walksOf = (db: DatabaseSync, statements: readonly string[]): readonly Walk[] =>
  statements.filter(isPlanned).flatMap(statement =>
    db
      .prepare(`EXPLAIN QUERY PLAN ${statement}`)
      .all()
      .map(({ detail }) => String(detail))
      .filter(step => /^SCAN|TEMP B-TREE/.test(step))
      .filter(step => !justified.some(one => statement.includes(one.within) && one.step.test(step)))
      .map(step => ({ statement: statement.replace(/\s+/g, ' ').trim(), step })),
  )

/** Against a store that is as full as the others: what SQLite knows of it may change its plans. */
export const planRows = ({
  dataDir,
  statements,
}: {
  readonly dataDir: string
  readonly statements: readonly string[]
}): readonly Row[] => {
  const db = new DatabaseSync(join(dataDir, 'guichet.sqlite'), { readOnly: true })
  try {
    const walks = walksOf(db, statements)
    const first = walks[0]
    return [
      { what: 'statements prepared', figure: statements.length },
      is('statements that walk through a table', walks.length, 0, first && `${first.step}: ${first.statement}`),
    ]
  } finally {
    db.close()
  }
}
