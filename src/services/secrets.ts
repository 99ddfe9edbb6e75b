import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { ServiceSecret } from '../stores/contracts.ts'

/** 128 random bits. Never begins with a dash, which a command line would read as an option. */
export const newServiceId = (): string => {
  for (;;) {
    const id = randomBytes(16).toString('base64url')
    if (!id.startsWith('-')) return id
  }
}

/** 256 random bits, base64url: shown once, never kept. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

/** High entropy, hence a plain SHA-256: it is computed at every token call. */
export const hashSecret = (secret: string): string => hash('sha256', secret, 'base64url')

const stands = (secret: ServiceSecret, now: Date): boolean => secret.expiresAt === undefined || secret.expiresAt > now

/** Whether `offered` is one of the secrets that stand, current or former. */
export const secretMatches = (secrets: readonly ServiceSecret[], offered: string, now: Date): boolean => {
  const given = Buffer.from(hashSecret(offered))
  return secrets.some(secret => {
    const kept = Buffer.from(secret.hash)
    return stands(secret, now) && kept.length === given.length && timingSafeEqual(kept, given)
  })
}

/** Puts a new secret first; those that stand keep on for `keepFormerSeconds` at most. */
export const rotate = (
  secrets: readonly ServiceSecret[],
  newest: string,
  now: Date,
  keepFormerSeconds: number,
): readonly ServiceSecret[] => {
  const end = new Date(now.getTime() + keepFormerSeconds * 1000)
  const former = keepFormerSeconds === 0 ? [] : secrets.filter(secret => stands(secret, now))
  return [
    { hash: newest, createdAt: now },
    ...former.map(secret => ({
      ...secret,
      expiresAt: secret.expiresAt && secret.expiresAt < end ? secret.expiresAt : end,
    })),
  ]
}
