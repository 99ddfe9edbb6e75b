/** Logouts told to services, through a queue that tries again: OpenID Connect Back-Channel Logout 1.0. */
import Provider, { type Client } from 'oidc-provider'
import type { NewJob } from '../../stores/contracts.ts'
import type { OidcNeeds } from '../needs.ts'

const PURPOSE = 'oidc:backchannelLogout'

type Told = { readonly serviceId: string; readonly accountId: string; readonly sid: string }

export type Backchannel = {
  /** The job that tells a service, to be added before its session ends. Made twice, it is one and the same. */
  job(told: Told): NewJob
  /** Makes a provider queue what it would send to one service alone. */
  install(provider: Provider): void
  deliver(sealed: string): Promise<'delivered' | 'retry' | 'gone'>
}

type Sends = (this: Client, accountId: string, sid: string) => Promise<void>
type ClientPrototype = { backchannelLogout: Sends }

const isTold = (value: unknown): value is Told =>
  typeof value === 'object' && value !== null && 'serviceId' in value && 'accountId' in value && 'sid' in value

export const makeBackchannel = ({
  stores,
  vault,
  clock,
  audit,
  lifetimes,
  provider,
}: Pick<OidcNeeds, 'stores' | 'vault' | 'clock' | 'audit' | 'lifetimes'> & {
  readonly provider: () => Provider
}): Backchannel => {
  const senders = new WeakMap<Provider, Sends>()

  const job: Backchannel['job'] = told => {
    const now = clock()
    return {
      id: vault.mac('backchannelLogout', `${told.sid}\0${told.serviceId}\0${told.accountId}`),
      queue: 'backchannelLogout',
      kind: 'backchannelLogout',
      sealed: vault.seal(PURPOSE, told),
      dueAt: now,
      expiresAt: new Date(now.getTime() + lifetimes.logoutDelivery * 1000),
    }
  }

  return {
    job,

    install(library) {
      const prototype = library.Client.prototype as unknown as ClientPrototype
      senders.set(library, prototype.backchannelLogout)
      prototype.backchannelLogout = async function (accountId, sid) {
        // the whole session ends: its end tells them all (sessions.ts), and fails aloud when it cannot
        if (Provider.ctx?.oidc.params?.logout) return
        await stores.jobs.add([job({ serviceId: this.clientId, accountId, sid })])
      }
    },

    async deliver(sealed) {
      const told = vault.open(PURPOSE, sealed)
      if (!isTold(told)) return 'gone'
      const library = provider()
      const client = await library.Client.find(told.serviceId)
      if (!client?.backchannelLogoutUri) return 'gone'
      const send = senders.get(library)
      if (!send) throw new Error('a provider that the back channel was not installed in')
      try {
        await send.call(client, told.accountId, told.sid)
      } catch {
        return 'retry'
      }
      await audit.record('logout.notified', { service: told.serviceId, outcome: 'delivered' })
      return 'delivered'
    },
  }
}
