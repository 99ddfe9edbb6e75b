/** How SQLite finds the rows of every statement that the store prepares: by an index, or for a reason told here. */
import { DatabaseSync } from 'node:sqlite'

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

const isPlanned = (sql: string): boolean => /^\s*(SELECT|INSERT|UPDATE|DELETE)\b/i.test(sql)

/** Steps of statements that read a whole table or sort in memory, without a reason: « step: statement ». */
export const walksOf = (db: DatabaseSync, statements: readonly string[]): readonly string[] =>
  statements.filter(isPlanned).flatMap(statement =>
    db
      .prepare(`EXPLAIN QUERY PLAN ${statement}`)
      .all()
      .map(({ detail }) => String(detail))
      .filter(step => /^SCAN|TEMP B-TREE/.test(step))
      .filter(step => !justified.some(one => statement.includes(one.within) && one.step.test(step)))
      .map(step => `${step}: ${statement.replace(/\s+/g, ' ').trim()}`),
  )
