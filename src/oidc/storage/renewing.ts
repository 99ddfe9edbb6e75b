/**
 * A session takes a new id when a request is resumed. The library erases its record under the former id, then writes the other:
 * a process that died in between would leave no session, and nobody to tell its services. Here it is one act of the store.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type Provider from 'oidc-provider'

type Saved = { oldId?: string | undefined; save(this: Saved, ttl: number): Promise<unknown> }

const leaving = new AsyncLocalStorage<string>()

/** The id that the session being saved leaves for its new one. */
export const idLeft = (): string | undefined => leaving.getStore()

export const renewInOneAct = (provider: Provider): void => {
  const prototype = provider.Session.prototype as unknown as Saved
  const { save } = prototype
  prototype.save = function (ttl) {
    const { oldId } = this
    if (oldId === undefined) return save.call(this, ttl)
    this.oldId = undefined
    return leaving.run(oldId, () => save.call(this, ttl))
  }
}
