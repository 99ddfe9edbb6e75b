import { errors } from 'oidc-provider'
import { StoreAway } from '../../stores/contracts.ts'

/** What the protocol answers while the store is away: nothing was done, and trying again is safe. */
export class TemporarilyAway extends errors.OIDCProviderError {
  override readonly name = 'TemporarilyAway'

  constructor(cause: StoreAway) {
    super(503, 'temporarily_unavailable', { cause, detail: 'the store is away' })
    this.error_description = 'the service cannot answer just now: try again in a moment'
    this.expose = true
    // The person stays here, where trying again is one press away.
    this.allow_redirect = false
  }
}

export const translatingAway = async <T>(act: () => Promise<T>): Promise<T> => {
  try {
    return await act()
  } catch (fault) {
    throw fault instanceof StoreAway ? new TemporarilyAway(fault) : fault
  }
}

/** For who asks from outside of the protocol: the store's own word comes back. */
export const restoringAway =
  <Args extends readonly unknown[], T>(act: (...args: Args) => Promise<T>) =>
  async (...args: Args): Promise<T> => {
    try {
      return await act(...args)
    } catch (fault) {
      throw fault instanceof TemporarilyAway ? fault.cause : fault
    }
  }
