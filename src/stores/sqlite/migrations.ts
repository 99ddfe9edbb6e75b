/** The schema, in steps that are never edited once released: a change is a step more. `PRAGMA user_version` is how many were made. */
import type { DatabaseSync } from 'node:sqlite'
import { StoreNewer } from '../faults.ts'

const first = `
CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  status TEXT NOT NULL CHECK (status IN ('pending', 'active', 'suspended', 'closed')),
  version INTEGER NOT NULL,
  sealed TEXT NOT NULL,
  password_hash TEXT,
  password_changed_at INTEGER,
  language TEXT NOT NULL,
  valid_after INTEGER NOT NULL,
  terms TEXT NOT NULL,
  nir_keys TEXT NOT NULL,
  email_keys TEXT NOT NULL,
  email_verified_at INTEGER,
  activation TEXT,
  recovery TEXT,
  came_from TEXT,
  created_at INTEGER NOT NULL,
  activated_at INTEGER
) STRICT;
CREATE INDEX accounts_pending ON accounts (created_at) WHERE status = 'pending';

-- Who holds a number: the key itself is the rule that there is one holder at most.
CREATE TABLE holders (
  key_id TEXT NOT NULL, value TEXT NOT NULL, account_id TEXT NOT NULL,
  PRIMARY KEY (key_id, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX holders_account ON holders (account_id);

-- Who claims a number while pending.
CREATE TABLE claims (
  key_id TEXT NOT NULL, value TEXT NOT NULL, created_at INTEGER NOT NULL, account_id TEXT NOT NULL,
  PRIMARY KEY (key_id, value, created_at, account_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE consents (
  account_id TEXT NOT NULL, service_id TEXT NOT NULL, scopes TEXT NOT NULL, claims TEXT NOT NULL, given_at INTEGER NOT NULL,
  PRIMARY KEY (account_id, service_id)
) STRICT, WITHOUT ROWID;

-- serial: a service removed and added again is another one, though its version be the same.
CREATE TABLE services (
  serial INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, record TEXT NOT NULL
) STRICT;

-- due_at: while leased, the end of the lease.
CREATE TABLE jobs (
  id TEXT PRIMARY KEY, queue TEXT NOT NULL, kind TEXT NOT NULL, sealed TEXT NOT NULL,
  due_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, attempts INTEGER NOT NULL
) STRICT;
CREATE INDEX jobs_due ON jobs (queue, due_at);
CREATE INDEX jobs_expiry ON jobs (expires_at);

CREATE TABLE audit_segments (
  segment TEXT PRIMARY KEY, day TEXT NOT NULL, count INTEGER NOT NULL, chain TEXT NOT NULL,
  closed_at INTEGER, signature TEXT, purged INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE audit_entries (
  segment TEXT NOT NULL, sequence INTEGER NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL, chain TEXT NOT NULL,
  PRIMARY KEY (segment, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- What expires. Every id is a keyed hash, every payload sealed.
-- ended: a destroyed session, kept so that a late save does not bring it back.
-- untold: how many services an expired session must still be told to; 0 for everything else.
CREATE TABLE artefacts (
  key TEXT NOT NULL UNIQUE, model TEXT NOT NULL, payload TEXT NOT NULL,
  account_id TEXT, service_id TEXT, grant_key TEXT, uid_key TEXT, user_code_key TEXT,
  consumed_at INTEGER, ended INTEGER NOT NULL DEFAULT 0, untold INTEGER NOT NULL, expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX artefacts_account ON artefacts (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX artefacts_grant ON artefacts (grant_key) WHERE grant_key IS NOT NULL;
CREATE INDEX artefacts_uid ON artefacts (uid_key) WHERE uid_key IS NOT NULL;
CREATE INDEX artefacts_user_code ON artefacts (user_code_key) WHERE user_code_key IS NOT NULL;
CREATE INDEX artefacts_expiry ON artefacts (expires_at) WHERE untold = 0;
CREATE INDEX artefacts_untold ON artefacts (expires_at) WHERE untold > 0;

CREATE TABLE replays (key TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX replays_expiry ON replays (expires_at);

CREATE TABLE records (key TEXT NOT NULL UNIQUE, value TEXT NOT NULL, expires_at INTEGER NOT NULL) STRICT;
CREATE INDEX records_expiry ON records (expires_at);

CREATE TABLE throttles (
  key TEXT PRIMARY KEY, count INTEGER NOT NULL, until INTEGER NOT NULL, expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX throttles_expiry ON throttles (expires_at);
CREATE TABLE throttle_members (
  key TEXT NOT NULL, member TEXT NOT NULL, expires_at INTEGER NOT NULL,
  PRIMARY KEY (key, member)
) STRICT, WITHOUT ROWID;
CREATE INDEX throttle_members_expiry ON throttle_members (expires_at);

CREATE TABLE pulse (id INTEGER PRIMARY KEY CHECK (id = 1), beat INTEGER NOT NULL) STRICT;
`

// Segments are kept for ever, closed and purged as most are: each minute's purge looks at the others alone.
// purged: 0 kept, 1 its entries are being erased, 2 they are.
const second = `
CREATE INDEX audit_segments_open ON audit_segments (day) WHERE closed_at IS NULL;
CREATE INDEX audit_segments_kept ON audit_segments (day) WHERE purged = 0;
CREATE INDEX audit_segments_erasing ON audit_segments (segment) WHERE purged = 1;
`

// leased_until: until when somebody is telling the services of an expired session; 0 when nobody ever was.
const leasedSessions = 'ALTER TABLE artefacts ADD COLUMN leased_until INTEGER NOT NULL DEFAULT 0'

const occupants = `
CREATE TABLE occupants (process TEXT PRIMARY KEY, occupation TEXT NOT NULL, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX occupants_until ON occupants (until);
`

// Identities of upstream providers lie among the holders, as numbers do: their look-up keys are of another purpose.
const identities = `
ALTER TABLE accounts ADD COLUMN identity_keys TEXT NOT NULL DEFAULT '[]';
ALTER TABLE accounts ADD COLUMN email_link TEXT;
ALTER TABLE accounts ADD COLUMN undo_link TEXT;
ALTER TABLE accounts ADD COLUMN move_link TEXT;
`

const cases = `
ALTER TABLE accounts ADD COLUMN cases TEXT;
CREATE TABLE cases (
  id TEXT PRIMARY KEY, version INTEGER NOT NULL, record TEXT NOT NULL, is_open INTEGER NOT NULL,
  opened_at INTEGER NOT NULL, next_at INTEGER, closed_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX cases_open ON cases (opened_at) WHERE is_open = 1;
CREATE INDEX cases_closed ON cases (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX cases_next ON cases (next_at) WHERE next_at IS NOT NULL;
`

const steps: readonly string[] = [first, second, leasedSessions, occupants, identities, cases]

const versionOf = (db: DatabaseSync): number => Number(db.prepare('PRAGMA user_version').get()?.user_version)

/** Brings the schema up to date in one transaction. Several processes may start at once: the version is read again under the lock. */
export const migrate = (db: DatabaseSync): void => {
  const refuseNewer = () => {
    if (versionOf(db) > steps.length)
      throw new StoreNewer(
        `The database was written by a newer Guichet (schema ${versionOf(db)}, this one knows ${steps.length}): start that version again, or restore the backup made before it.`,
      )
  }
  refuseNewer()
  if (versionOf(db) === steps.length) return
  db.exec('BEGIN IMMEDIATE')
  try {
    refuseNewer()
    for (const step of steps.slice(versionOf(db))) db.exec(step)
    db.exec(`PRAGMA user_version = ${steps.length}; COMMIT`)
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}
