/** A certificate that a test makes for itself: nobody trusts it but the browser that is told to. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto'

const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, Math.floor(length / 256), length % 256]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts)
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'))

const ECDSA_SHA256 = '2a8648ce3d040302'
const COMMON_NAME = '550403'

const timeOf = (at: Date): Buffer =>
  der(0x17, Buffer.from(`${at.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`, 'ascii'))

const DAY_MS = 24 * 3600_000

export type Certificate = {
  readonly key: string
  readonly cert: string
  /** As Chromium wants it named: base64 of the SHA-256 of the public key. */
  readonly fingerprint: string
}

export const makeCertificate = (): Certificate => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const algorithm = sequence(oid(ECDSA_SHA256))
  const name = sequence(der(0x31, sequence(oid(COMMON_NAME), der(0x0c, Buffer.from('guichet prove')))))
  const now = Date.now()
  const validity = sequence(timeOf(new Date(now - DAY_MS)), timeOf(new Date(now + DAY_MS)))
  const told = sequence(der(0x02, Buffer.from([1])), algorithm, name, validity, name, spki)
  const signature = sign('sha256', told, privateKey)
  const whole = sequence(told, algorithm, der(0x03, Buffer.from([0]), signature))
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${whole.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    fingerprint: createHash('sha256').update(spki).digest('base64'),
  }
}
