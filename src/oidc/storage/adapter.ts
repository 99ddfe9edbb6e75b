/** The library's artefacts in our store. It checks, then acts: what could race in between is settled here. */
import Provider, { type Adapter, type AdapterFactory, type AdapterPayload, errors } from 'oidc-provider'
import type { Artefact, ArtefactStore, FoundArtefact } from '../../stores/contracts.ts'
import { translatingAway } from './away.ts'
import { afterAnyRequest, EndedGrant } from './ended.ts'
import { makeForeseen } from './foreseen.ts'
import { findByFormer, rememberFormer } from './former.ts'
import { saveNow, saveWithOthers } from './gathering.ts'
import { idLeft } from './renewing.ts'

/** The library accepts what expired this long ago. */
const CLOCK_TOLERANCE = 15

type Payload = Artefact['payload']

/** A refresh token that was used already: gives what the first use was answered, by throwing it, when that is due. */
export type OnReuse = (token: string, payload: Payload, consumedAt: Date) => Promise<void>

export type AdapterNeeds = {
  readonly artefacts: ArtefactStore
  readonly clock: () => Date
  readonly sessionAbsolute: number
  readonly onRefreshTokenReuse: OnReuse
}

/** What a request gives out: worth nothing before its answer has left. */
const GIVEN: ReadonlySet<string> = new Set(['AuthorizationCode', 'AccessToken', 'RefreshToken'])

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const payloadOf = (found: FoundArtefact | undefined): AdapterPayload | undefined =>
  found && {
    ...found.payload,
    ...(found.consumedAt && { consumed: Math.floor(found.consumedAt.getTime() / 1000) }),
  }

const alreadyUsed = (model: string): Error => {
  if (model === 'PushedAuthorizationRequest') {
    return new errors.InvalidRequestUri('request_uri is invalid, expired, or was already used')
  }
  const what = model === 'RefreshToken' ? 'refresh token already used' : 'authorization code already consumed'
  return new errors.InvalidGrant({ detail: what })
}

export const makeAdapterFactory = ({
  artefacts,
  clock,
  sessionAbsolute,
  onRefreshTokenReuse,
}: AdapterNeeds): AdapterFactory => {
  const foreseen = makeForeseen(artefacts)

  /** A session is out of reach once its absolute bound has passed, however active it was. */
  const endOf = (model: string, payload: AdapterPayload, expiresIn: number): Date => {
    const sliding = clock().getTime() + (expiresIn + CLOCK_TOLERANCE) * 1000
    if (model !== 'Session' || typeof payload.loginTs !== 'number') return new Date(sliding)
    return new Date(Math.min(sliding, (payload.loginTs + sessionAbsolute) * 1000))
  }

  /** Offered twice: whoever came second gets nothing, and the chain ends for both. */
  const lost = async (model: string, id: string): Promise<never> => {
    const found = await artefacts.find(model, id)
    if (model === 'RefreshToken' && found?.consumedAt) await onRefreshTokenReuse(id, found.payload, found.consumedAt)
    const grantId = text(found?.payload.grantId)
    if (grantId !== undefined && model !== 'PushedAuthorizationRequest') {
      await artefacts.revokeByGrant(grantId, afterAnyRequest(clock()))
    }
    throw alreadyUsed(model)
  }

  /** Resuming gives a new id by itself, and only to who holds the request: the id of now is not told. */
  const underFormerId = async (id: string): Promise<AdapterPayload | undefined> => {
    const session = await findByFormer(artefacts, id)
    return session && { ...session.payload, jti: id }
  }

  const save = (model: string, id: string, payload: AdapterPayload, expiresIn: number, replaces?: string) =>
    artefacts.upsert(
      model,
      id,
      {
        payload: { ...payload },
        accountId: text(payload.accountId),
        serviceId: text(payload.clientId),
        // a page that somebody is at outlives the Grant that they came with
        grantId: model === 'Interaction' ? undefined : text(payload.grantId),
        uid: model === 'Session' ? text(payload.uid) : undefined,
        replaces,
        userCode: text(payload.userCode),
      },
      endOf(model, payload, expiresIn),
    )

  /** A request that began before the sign-out saves it too: the store does not take back one that has ended. */
  const saveSession = async (id: string, payload: AdapterPayload, expiresIn: number): Promise<void> => {
    const replaces = idLeft()
    if (replaces !== undefined) await rememberFormer(artefacts, replaces, clock())
    await saveNow(() => save('Session', id, payload, expiresIn, replaces))
  }

  const adapterOf = (model: string): Adapter => ({
    upsert: (id, payload, expiresIn = 3600) =>
      translatingAway(async () => {
        if (model === 'Session') return saveSession(id, payload, expiresIn)
        // a token of an ended Grant is worth nothing, and who asked for it finds out when using it
        if (GIVEN.has(model)) return saveWithOthers(() => save(model, id, payload, expiresIn))
        const outcome = await save(model, id, payload, expiresIn)
        if (outcome === 'ended' && model === 'Grant') throw new EndedGrant()
      }),

    find: id =>
      translatingAway(async () => {
        const found = await (model === 'Grant' ? foreseen.grant(id) : artefacts.find(model, id))
        if (model === 'RefreshToken' && found?.consumedAt) {
          await onRefreshTokenReuse(id, found.payload, found.consumedAt)
        }
        if (found && GIVEN.has(model)) foreseen.begin(found.payload)
        if (model === 'Session' && !found && Provider.ctx?.oidc?.route === 'resume') return underFormerId(id)
        return payloadOf(found)
      }),

    findByUid: uid => translatingAway(async () => payloadOf(await artefacts.findByUid(model, uid))),
    findByUserCode: code => translatingAway(async () => payloadOf(await artefacts.findByUserCode(model, code))),

    consume: id =>
      translatingAway(async () => {
        const outcome = await artefacts.consume(model, id, clock())
        if (outcome !== 'consumed') await lost(model, id)
      }),

    destroy: id =>
      translatingAway(async () => {
        if (model === 'Grant') return artefacts.revokeByGrant(id, afterAnyRequest(clock()))
        if (model === 'Session') await rememberFormer(artefacts, id, clock())
        await artefacts.destroy(model, id)
      }),

    revokeByGrantId: grantId => translatingAway(() => artefacts.revokeModelByGrant(grantId, model)),
  })

  return adapterOf
}
