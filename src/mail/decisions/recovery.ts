import { sharesKey, untilSettled } from '../../accounts/attempts.ts'
import { openPerson } from '../../accounts/person.ts'
import { type Device, deviceOf } from '../../accounts/sign-in/devices.ts'
import type { AccountId, Job } from '../../stores/contracts.ts'
import type { AskedFrom, MailJobs } from '../outbox.ts'
import { makeMayRecover } from './bounds.ts'
import { type Decision, type DecisionNeeds, dropped } from './needs.ts'
import { type Asked as LinkAsked, linkToPlant } from './plant.ts'

type Asked = LinkAsked & AskedFrom
type RecoveryAsked = Asked & { readonly serviceId?: string; readonly devices?: readonly Device[] }

/**
 * The recovery link, to the address confirmed on the account: not again within ten minutes, five a day.
 */
export const makeDecideRecovery = (needs: DecisionNeeds) => {
  const { accounts, envelope, links, lifetimes, clock } = needs
  const mayRecover = makeMayRecover(needs)

  const decide = async (
    accountId: AccountId,
    asked: Asked,
    serviceId: string | undefined,
  ): Promise<Decision | 'again'> => {
    const account = await accounts.find(accountId)
    const opens = account?.status === 'active' || account?.status === 'suspended'
    if (!account || !opens || !account.emailVerifiedAt) return dropped('unknown')
    const { email } = await openPerson(envelope, account)
    const addressed = { to: email, language: account.language, account: accountId }
    if (!account.passwordHash) {
      return { kind: 'send', letter: { kind: 'recoveryNoPassword', model: { signInLink: links.signIn }, ...addressed } }
    }
    const planted = linkToPlant('recovery', account, asked, clock(), lifetimes.recoverySeconds)
    if (!planted) return dropped('unknown')
    const cameFrom = serviceId ? { cameFrom: serviceId } : {}
    const changed = await accounts.change(accountId, account.version, { recovery: planted.link, ...cameFrom }, {})
    if (changed === 'conflict') return 'again'
    if (changed === 'gone') return dropped('unknown')
    const model = { link: links.recovery(planted.token), lifetimeSeconds: lifetimes.recoverySeconds }
    return { kind: 'send', letter: { kind: 'recovery', model, ...addressed } }
  }

  return async (accountId: AccountId, asked: RecoveryAsked, job: Job): Promise<Decision> => {
    const known = deviceOf(asked.devices ?? [], accountId) !== undefined
    if (!(await mayRecover(accountId, asked, job.id, known))) return dropped('limit')
    return untilSettled(() => decide(accountId, asked, asked.serviceId))
  }
}

type DecideSignUp = (accountId: AccountId, asked: Asked, job: Job) => Promise<Decision>
type DecideRecovery = (accountId: AccountId, asked: RecoveryAsked, job: Job) => Promise<Decision>

/** The neutral form: recovery for the holder whose confirmed address it is, the activation link again for who signed up with it. */
export const makeDecideAccess =
  ({ accounts, lookup }: DecisionNeeds, decideSignUp: DecideSignUp, decideRecovery: DecideRecovery) =>
  async (access: MailJobs['access'], job: Job): Promise<Decision> => {
    const nirKeys = lookup.nir(access.nir)
    const emailKeys = lookup.email(access.email)
    const holder = await accounts.findHolder(nirKeys)
    if (holder?.emailVerifiedAt && sharesKey(holder.emailKeys, emailKeys)) {
      return decideRecovery(holder.id, access, job)
    }
    const claims = await accounts.findClaims(nirKeys)
    const newest = claims.find(claim => sharesKey(claim.emailKeys, emailKeys))
    return newest ? decideSignUp(newest.id, access, job) : dropped('unknown')
  }
