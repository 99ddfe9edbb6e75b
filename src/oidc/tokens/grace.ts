/**
 * A client that did not get the answer of its refresh may ask again: for some seconds it gets the very same tokens.
 * The answer is kept under a hash of the token and the client, and ends with its grant.
 */
import { setTimeout as wait } from 'node:timers/promises'
import Provider, { type KoaContextWithOIDC } from 'oidc-provider'
import type { Vault } from '../../protection/vault.ts'
import type { ArtefactStore } from '../../stores/contracts.ts'
import type { OnReuse } from '../storage/adapter.ts'
import { saveWithOthers } from '../storage/gathering.ts'

const MODEL = 'RefreshAnswer'
const STEP_MS = 20

/** Not a fault: carries the kept answer out of the library's handler. */
export class KeptAnswer extends Error {
  override readonly name = 'KeptAnswer'
  readonly body: unknown
  readonly accountId: string
  readonly issuedAt: number

  constructor(body: unknown, accountId: string, issuedAt: number) {
    super('a refresh answered already')
    this.body = body
    this.accountId = accountId
    this.issuedAt = issuedAt
  }
}

export type Grace = {
  readonly onReuse: OnReuse
  /** Keeps what the refresh of this request was answered. */
  keep(ctx: KoaContextWithOIDC): Promise<void>
}

export type GraceNeeds = {
  readonly seconds: number
  readonly artefacts: ArtefactStore
  readonly vault: Vault
  readonly clock: () => Date
}

const none: Grace = { onReuse: async () => {}, keep: async () => {} }

export const makeGrace = ({ seconds, artefacts, vault, clock }: GraceNeeds): Grace => {
  if (seconds === 0) return none
  const idOf = (clientId: string, token: string): string => vault.hashId('refreshAnswer', `${clientId}\0${token}`)

  /** It was saved beside its tokens: of a save that was cut half-way nothing is given. */
  const isWhole = async (body: unknown): Promise<boolean> => {
    const { refresh_token } = body as { readonly refresh_token?: unknown }
    return typeof refresh_token === 'string' && (await artefacts.find('RefreshToken', refresh_token)) !== undefined
  }

  /** Another process may have consumed the token and not answered yet: it is waited for as long as the grace lasts. */
  const kept = async (id: string, consumedAt: Date) => {
    const until = consumedAt.getTime() + seconds * 1000
    for (;;) {
      const found = await artefacts.find(MODEL, id)
      if (found && (await isWhole(found.payload.body))) return found.payload
      if (clock().getTime() >= until) return undefined
      await wait(STEP_MS)
    }
  }

  return {
    async onReuse(token, payload, consumedAt) {
      const oidc = Provider.ctx?.oidc
      if (oidc?.route !== 'token' || oidc.client?.clientId !== payload.clientId || !oidc.client) return
      // A token bound to a key is answered to that key alone, and its proof has not been looked at yet.
      if (payload.jkt !== undefined || clock().getTime() - consumedAt.getTime() > seconds * 1000) return
      const answer = await kept(idOf(oidc.client.clientId, token), consumedAt)
      if (!answer) return
      throw new KeptAnswer(answer.body, String(payload.accountId), Math.floor(consumedAt.getTime() / 1000))
    },

    async keep(ctx) {
      const { client, params, entities } = ctx.oidc
      const former = entities.RotatedRefreshToken
      if (!client || !former || typeof params?.refresh_token !== 'string') return
      const { clientId } = client
      const id = idOf(clientId, params.refresh_token)
      const { accountId, grantId } = former
      const artefact = { payload: { body: ctx.body }, accountId, serviceId: clientId, grantId }
      await saveWithOthers(() =>
        artefacts.upsert(MODEL, id, artefact, new Date(clock().getTime() + (seconds + 1) * 1000)),
      )
    },
  }
}
