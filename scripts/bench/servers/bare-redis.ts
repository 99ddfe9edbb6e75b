/** The plainest Redis adapter that oidc-provider may run on: everything expires, one-time is one-time, ids and values in clear. */
import { Redis } from 'ioredis'
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider'

const CONSUMABLE = new Set(['AuthorizationCode', 'RefreshToken', 'DeviceCode', 'PushedAuthorizationRequest'])
const TOLERANCE = 15
/** A record lasts no longer. */
const LONGEST = 14 * 86_400 + TOLERANCE

const payloadOf = (json: string | null | undefined, consumed?: string | null): AdapterPayload | undefined =>
  json ? { ...JSON.parse(json), ...(consumed ? { consumed: Number(consumed) } : {}) } : undefined

export const makeBareRedis = (url: string): ((model: string) => Adapter) => {
  const redis = new Redis(url, { keyPrefix: 'bare:' })
  const uidKey = (uid: string): string => `uid:${uid}`
  const grantKey = (grantId: string): string => `grant:${grantId}`

  return model => {
    const keyOf = (id: string): string => `${model}:${id}`
    const consumedKey = (id: string): string => `consumed:${model}:${id}`
    const find = async (id: string): Promise<AdapterPayload | undefined> => {
      if (!CONSUMABLE.has(model)) return payloadOf(await redis.get(keyOf(id)))
      const [json, consumed] = await redis.mget(keyOf(id), consumedKey(id))
      return payloadOf(json, consumed)
    }
    return {
      upsert: async (id, payload, expiresIn = 3600) => {
        const life = expiresIn + TOLERANCE
        const { uid, grantId } = payload
        const commands = redis.pipeline().set(keyOf(id), JSON.stringify(payload), 'EX', life)
        if (model === 'Session' && uid) commands.set(uidKey(uid), id, 'EX', life)
        if (grantId && model !== 'Interaction')
          commands.sadd(grantKey(grantId), keyOf(id)).expire(grantKey(grantId), LONGEST)
        for (const [fault] of (await commands.exec()) ?? []) if (fault) throw fault
      },
      find,
      findByUid: async uid => {
        const id = await redis.get(uidKey(uid))
        return id ? find(id) : undefined
      },
      findByUserCode: async () => undefined,
      consume: async id => {
        const now = Math.floor(Date.now() / 1000)
        if (!(await redis.set(consumedKey(id), now, 'EX', LONGEST, 'NX'))) throw new errors.InvalidGrant('already used')
      },
      destroy: async id => void (await redis.del(keyOf(id))),
      revokeByGrantId: async grantId => {
        const keys = await redis.smembers(grantKey(grantId))
        await redis.del(grantKey(grantId), ...keys)
      },
    }
  }
}
