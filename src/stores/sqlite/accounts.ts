import type { AccountChange, AccountRecord, AccountStatus, AccountStore, LookupKey, Rekeyed } from '../contracts.ts'
import { type AccountRow, accountColumns, accountOf, rowOf } from './account-rows.ts'
import type { Connection } from './connection.ts'
import type { WriteEffects } from './effects.ts'

const columns = accountColumns.join(', ')
const placeholders = accountColumns.map(name => `:${name}`).join(', ')
const assignments = accountColumns.map(name => `${name} = :${name}`).join(', ')

const prepare = ({ prepare }: Connection) => ({
  create: prepare(`INSERT INTO accounts (${columns}) VALUES (${placeholders})`),
  isKnown: prepare('SELECT 1 FROM accounts WHERE id = ?'),
  find: prepare<AccountRow>('SELECT * FROM accounts WHERE id = ?'),
  nextTo: prepare<AccountRow>('SELECT * FROM accounts WHERE id >= ? ORDER BY id LIMIT 1'),
  write: prepare(`UPDATE accounts SET ${assignments} WHERE id = :id`),
  erase: prepare('DELETE FROM accounts WHERE id = ?'),
  walk: prepare<AccountRow>('SELECT * FROM accounts WHERE id > ? ORDER BY id LIMIT ?'),
  count: prepare<{ count: number }>('SELECT count(*) AS count FROM accounts'),
  pendingBefore: prepare<AccountRow>(
    "SELECT * FROM accounts WHERE status = 'pending' AND created_at < ? ORDER BY created_at LIMIT ?",
  ),
  holder: prepare<{ account_id: string }>('SELECT account_id FROM holders WHERE key_id = ? AND value = ?'),
  hold: prepare(
    'INSERT INTO holders (key_id, value, account_id) VALUES (?, ?, ?) ON CONFLICT (key_id, value) DO NOTHING',
  ),
  release: prepare('DELETE FROM holders WHERE account_id = ?'),
  letGo: prepare('DELETE FROM holders WHERE key_id = ? AND value = ? AND account_id = ?'),
  claim: prepare('INSERT INTO claims (key_id, value, created_at, account_id) VALUES (?, ?, ?, ?)'),
  claims: prepare<{ account_id: string; created_at: number }>(
    'SELECT account_id, created_at FROM claims WHERE key_id = ? AND value = ? ORDER BY created_at DESC LIMIT ?',
  ),
  unclaim: prepare('DELETE FROM claims WHERE key_id = ? AND value = ? AND created_at = ? AND account_id = ?'),
})

const mostClaims = 100

/** What `change` may do to a status by itself; the others take or give back a number, and have a method of their own. */
const freelyChanged = (from: AccountStatus, to: AccountStatus): boolean =>
  from === to || (from === 'active' && to === 'suspended') || (from === 'suspended' && to === 'active')

const changed = (account: AccountRecord, change: AccountChange): AccountRecord => {
  const entries = Object.entries({ ...account, ...change }).filter(([, value]) => value !== undefined)
  // Only optional fields may be undefined in AccountChange's uses; the table's NOT NULL holds the others to it.
  return { ...(Object.fromEntries(entries) as AccountRecord), version: account.version + 1 }
}

const isSameKey =
  (a: LookupKey) =>
  (b: LookupKey): boolean =>
    a.keyId === b.keyId && a.value === b.value

const without = (keys: readonly LookupKey[], left: readonly LookupKey[]): readonly LookupKey[] =>
  keys.filter(key => !left.some(isSameKey(key)))

/** Everything that one account alone may have: its identities, and its number. */
const heldBy = ({ identityKeys, nirKeys }: Pick<AccountRecord, 'identityKeys' | 'nirKeys'>): readonly LookupKey[] => [
  ...identityKeys,
  ...nirKeys,
]

export const makeAccountStore = (connection: Connection, writeEffects: WriteEffects): AccountStore => {
  const sql = prepare(connection)

  const find = (id: string): AccountRecord | undefined => {
    const row = sql.find.get(id)
    return row && accountOf(row)
  }

  /**
   * Reads somebody's row for a number that nobody holds, as far away and as long as its holder's: always the same one for
   * a number, as a holder's is, and nobody's choice.
   */
  const standIn = ([key]: readonly LookupKey[]): void => {
    const row = key && sql.nextTo.get(key.value)
    if (row) accountOf(row)
  }

  const unclaim = ({ id, nirKeys, createdAt }: AccountRecord): void => {
    for (const key of nirKeys) sql.unclaim.run(key.keyId, key.value, createdAt.getTime(), id)
  }

  /** An account claims under every key of the ring: each is counted once. */
  const claimants = (nirKeys: readonly LookupKey[], limit: number): readonly string[] => {
    const found = new Map<string, number>()
    for (const key of nirKeys)
      for (const row of sql.claims.all(key.keyId, key.value, limit)) found.set(row.account_id, row.created_at)
    return [...found]
      .sort(([, a], [, b]) => b - a)
      .slice(0, limit)
      .map(([id]) => id)
  }

  /** Takes the number under every key, the oldest first; false when somebody else has one of them. */
  const hold = (id: string, nirKeys: readonly LookupKey[]): boolean =>
    nirKeys.every(
      key =>
        sql.hold.run(key.keyId, key.value, id).changes !== 0 || sql.holder.get(key.keyId, key.value)?.account_id === id,
    )

  const letGo = (id: string, keys: readonly LookupKey[]): void => {
    for (const key of keys) sql.letGo.run(key.keyId, key.value, id)
  }

  const holderOf = (keys: readonly LookupKey[]): AccountRecord | undefined => {
    const [holder] = keys.flatMap(({ keyId, value }) => sql.holder.get(keyId, value) ?? [])
    return holder && find(holder.account_id)
  }

  const isHeldByOther = (id: string, nirKeys: readonly LookupKey[]): boolean =>
    nirKeys.some(key => (sql.holder.get(key.keyId, key.value)?.account_id ?? id) !== id)

  const claim = ({ id, nirKeys, createdAt }: AccountRecord): void => {
    for (const key of nirKeys) sql.claim.run(key.keyId, key.value, createdAt.getTime(), id)
  }

  const holds = ({ status }: AccountRecord): boolean => status === 'active' || status === 'suspended'

  const importOne = (account: AccountRecord): 'imported' | 'known' | 'held' => {
    if (sql.isKnown.get(account.id)) return 'known'
    if (holds(account) && isHeldByOther(account.id, heldBy(account))) return 'held'
    sql.create.run(rowOf(account))
    if (holds(account)) hold(account.id, heldBy(account))
    if (account.status === 'pending') claim(account)
    return 'imported'
  }

  const rekey = ({ id, version, ...keyed }: Rekeyed): 'changed' | 'conflict' | 'gone' | 'held' => {
    const account = find(id)
    if (!account) return 'gone'
    if (account.version !== version) return 'conflict'
    const after: AccountRecord = { ...account, ...keyed, version: version + 1 }
    if (account.status === 'pending') {
      unclaim(account)
      claim(after)
    }
    if (holds(account)) {
      if (isHeldByOther(id, heldBy(after))) return 'held'
      hold(id, heldBy(after))
      letGo(id, without(heldBy(account), heldBy(after)))
    }
    sql.write.run(rowOf(after))
    return 'changed'
  }

  const eraseAccount = (account: AccountRecord): void => {
    unclaim(account)
    sql.erase.run(account.id)
  }

  return {
    create: (account, effects) =>
      connection.write(() => {
        if (account.status !== 'pending') throw new Error('an account begins as pending')
        sql.create.run(rowOf(account))
        claim(account)
        writeEffects(effects)
      }),

    find: id => connection.run(() => find(id)),

    findHolder: nirKeys =>
      connection.run(() => {
        const holder = holderOf(nirKeys)
        if (!holder) standIn(nirKeys)
        return holder
      }),

    findByIdentity: keys => connection.run(() => holderOf(keys)),

    findClaims: nirKeys => connection.run(() => claimants(nirKeys, mostClaims).flatMap(id => find(id) ?? [])),

    countClaims: (nirKeys, bound) => connection.run(() => claimants(nirKeys, bound).length),

    change: (id, version, change, effects) =>
      connection.write(() => {
        const account = find(id)
        if (!account) return 'gone'
        if (account.version !== version) return 'conflict'
        const after = changed(account, change)
        if (!freelyChanged(account.status, after.status))
          throw new Error(`an account does not become ${after.status} by a change`)
        sql.write.run(rowOf(after))
        writeEffects(effects)
        return 'changed'
      }),

    activate: (id, version, nirKeys, change, effects) => {
      if (nirKeys.length === 0) throw new Error('an activation without look-up key')
      return connection.write(() => {
        const account = find(id)
        if (!account) return 'gone'
        if (account.status === 'active') return 'alreadyActive'
        if (account.status !== 'pending' || account.version !== version) return 'conflict'
        if (isHeldByOther(id, nirKeys)) return 'held'
        if (!hold(id, nirKeys)) throw new Error('a number was taken within the transaction that found it free')
        unclaim(account)
        sql.write.run(rowOf({ ...changed(account, change), status: 'active', nirKeys }))
        writeEffects(effects)
        return 'activated'
      })
    },

    open: async (account, effects) => {
      if (account.status !== 'active') throw new Error('an account is opened as active')
      return connection.write(() => {
        if (sql.isKnown.get(account.id)) return 'exists'
        if (isHeldByOther(account.id, account.identityKeys)) return 'identityHeld'
        if (isHeldByOther(account.id, account.nirKeys)) return 'numberHeld'
        sql.create.run(rowOf(account))
        hold(account.id, heldBy(account))
        writeEffects(effects)
        return 'opened'
      })
    },

    link: (id, version, keys, change, effects, instead = []) =>
      connection.write(() => {
        const account = find(id)
        if (!account || !holds(account)) return 'gone'
        if (account.version !== version) return 'conflict'
        if (isHeldByOther(id, keys)) return 'held'
        letGo(id, without(instead, keys))
        hold(id, keys)
        const identityKeys = [...without(account.identityKeys, [...instead, ...keys]), ...keys]
        sql.write.run(rowOf({ ...changed(account, change), identityKeys }))
        writeEffects(effects)
        return 'linked'
      }),

    unlink: (id, version, keys, change, effects) =>
      connection.write(() => {
        const account = find(id)
        if (!account || !holds(account)) return 'gone'
        if (account.version !== version) return 'conflict'
        letGo(id, keys)
        sql.write.run(rowOf({ ...changed(account, change), identityKeys: without(account.identityKeys, keys) }))
        writeEffects(effects)
        return 'unlinked'
      }),

    takeNumber: async (id, version, nirKeys, change, effects) => {
      if (nirKeys.length === 0) throw new Error('a number without look-up key')
      return connection.write(() => {
        const account = find(id)
        if (!account || !holds(account)) return 'gone'
        if (account.version !== version) return 'conflict'
        if (isHeldByOther(id, nirKeys)) return 'held'
        hold(id, nirKeys)
        sql.write.run(rowOf({ ...changed(account, change), nirKeys }))
        writeEffects(effects)
        return 'taken'
      })
    },

    giveUpNumber: (id, version, change, effects) =>
      connection.write(() => {
        const account = find(id)
        if (!account || !holds(account)) return 'gone'
        if (account.version !== version) return 'conflict'
        letGo(id, account.nirKeys)
        sql.write.run(rowOf({ ...changed(account, change), nirKeys: [] }))
        writeEffects(effects)
        return 'givenUp'
      }),

    releaseNumber: (id, at, effects, expectedVersion) =>
      connection.write(() => {
        const account = find(id)
        if (!account || !holds(account)) return 'gone'
        if (account.version !== (expectedVersion ?? account.version)) return 'conflict'
        sql.release.run(id)
        sql.write.run(rowOf(changed(account, { status: 'closed', validAfter: at })))
        writeEffects(effects)
        return 'released'
      }),

    erasePending: (id, effects) =>
      connection.write(() => {
        const account = find(id)
        if (!account) return 'gone'
        if (account.status !== 'pending') return 'notPending'
        eraseAccount(account)
        writeEffects(effects)
        return 'erased'
      }),

    import: accounts => connection.write(() => accounts.map(importOne)),

    walk: (after, limit) => connection.run(() => sql.walk.all(after ?? '', limit).map(accountOf)),

    count: () => connection.run(() => sql.count.get()?.count ?? 0),

    rekey: accounts => connection.write(() => accounts.map(rekey)),

    purgePending: (before, limit, effects) =>
      connection.write(() => {
        const pending = sql.pendingBefore.all(before.getTime(), limit).map(accountOf)
        for (const account of pending) eraseAccount(account)
        if (pending.length > 0) writeEffects(effects(pending.length))
        return pending.length
      }),
  }
}
