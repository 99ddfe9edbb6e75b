import { randomBytes } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { makeMove } from '../../src/accounts/linking/move.ts'
import { makeLink } from '../../src/accounts/links.ts'
import { makeAudit } from '../../src/audit/log.ts'
import { fictitiousNir } from '../../src/identity/fictitious-nir.ts'
import type { NumberedPerson } from '../../src/identity/person.ts'
import type { AccountStore } from '../../src/stores/contracts.ts'
import { anEnvelope } from '../builders/keys.ts'
import { anId, aPendingAccount, later } from '../builders/records.ts'
import { agreed, arrivalAs, ISSUER } from './federated.ts'
import { eachHouse } from './house.ts'

const house = eachHouse()

/** An account that `sub` opens, with a link that lets another one take its place. */
const anAccountOf = async (sub: string) => {
  const { stores, lookup, clock } = house()
  const id = anId()
  const now = clock.now()
  const arrival = arrivalAs(sub, 'Avant-Fictif', later(0))
  const { token, hash } = makeLink('move', id, randomBytes(32).toString('base64url'))
  const data: NumberedPerson = {
    birthName: 'Avant-Fictif',
    civilStatus: { level: 'verified', source: 'franceconnect', at: now.toISOString() },
    nir: fictitiousNir(77),
    nirLevel: 'consistent',
    email: 'maelle@exemple.fr',
    telephones: {},
    verified: { identity: arrival.identity, source: 'franceconnect', at: now.toISOString() },
    identities: [{ upstream: 'franceconnect', issuer: ISSUER, sub, linkedAt: now.toISOString() }],
  }
  const {
    passwordHash: _hash,
    passwordChangedAt: _changed,
    ...record
  } = aPendingAccount({
    id,
    status: 'active',
    sealed: await anEnvelope().seal(id, data),
    nirKeys: lookup.nir(data.nir.number),
    identityKeys: lookup.identity(ISSUER, sub),
    moveLink: { hash, sentAt: now, expiresAt: later(3600, now), wrongPasswords: 0 },
  })
  await stores.accounts.open(record, {})
  return { id, token }
}

const moveOver = (accounts: Pick<AccountStore, 'find' | 'link'>) => {
  const { stores, lookup, outbox, clock } = house()
  return makeMove({
    accounts,
    crossCheck: () => agreed,
    envelope: anEnvelope(),
    lookup,
    outbox,
    audit: makeAudit({ store: stores.audit, clock: clock.now }),
    clock: clock.now,
  })
}

const opens = (sub: string) => house().stores.accounts.findByIdentity(house().lookup.identity(ISSUER, sub))

describe('an identity that takes the place of a former one', () => {
  it('opens the account, and the former one opens nothing', async () => {
    const { id, token } = await anAccountOf('before')
    const moved = await moveOver(house().stores.accounts)(
      token,
      arrivalAs('after', 'Apres-Fictif', later(0)),
      'request',
    )
    expect(moved).toEqual({ kind: 'moved', accountId: id })
    expect((await opens('after'))?.id).toBe(id)
    expect(await opens('before')).toBeUndefined()
  })

  it('does so whatever else changes the account at that moment', async () => {
    const { id, token } = await anAccountOf('before')
    const { accounts } = house().stores
    const changedMeanwhile: AccountStore['link'] = async (...given) => {
      const linked = await accounts.link(...given)
      const account = await accounts.find(id)
      if (account) await accounts.change(id, account.version, { language: 'en' }, {})
      return linked
    }
    await moveOver({ ...accounts, link: changedMeanwhile })(
      token,
      arrivalAs('after', 'Apres-Fictif', later(0)),
      'request',
    )
    expect((await opens('after'))?.id).toBe(id)
    expect(await opens('before')).toBeUndefined()
  })

  it.each([{ birthdate: '1990-02-04' }, { birthplace: '29020' }, { birthcountry: '99109', birthplace: '' }])(
    'does not when the birth is another: %j',
    async other => {
      const { id, token } = await anAccountOf('before')
      const arrival = arrivalAs('after', 'Apres-Fictif', later(0))
      const stranger = { ...arrival, identity: { ...arrival.identity, ...other } }
      const moved = await moveOver(house().stores.accounts)(token, stranger, 'request')
      expect(moved.kind).not.toBe('moved')
      expect(await opens('after')).toBeUndefined()
      expect((await opens('before'))?.id).toBe(id)
    },
  )

  it('does not while an agent is to decide about the account', async () => {
    const { id, token } = await anAccountOf('before')
    const { accounts } = house().stores
    const { version } = await house().account(id)
    await accounts.change(id, version, { cases: ['AAAA-BBBB-CCCC'] }, {})
    const moved = await moveOver(accounts)(token, arrivalAs('after', 'Apres-Fictif', later(0)), 'request')
    expect(moved).toEqual({ kind: 'refused' })
    expect((await opens('before'))?.id).toBe(id)
  })
})
