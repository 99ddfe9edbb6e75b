import { domainToASCII } from 'node:url'
import { oneLine } from './typed-text.ts'

export type EmailFault = 'empty' | 'form'
export type EmailParsed =
  | { readonly ok: true; readonly email: string }
  | { readonly ok: false; readonly fault: EmailFault }

const ADDRESS_LENGTH = 254
const LOCAL_LENGTH = 64
const DOMAIN_LENGTH = 253

const LOCAL = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/
const DOMAIN_AS_TYPED = /^[\p{L}\p{M}\p{Nd}-]+(?:\.[\p{L}\p{M}\p{Nd}-]+)+$/u
const ASCII_LABEL = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/
const TOP_LEVEL = /^(?:[a-z]{2,63}|xn--[a-z\d-]+)$/

const split = (email: string): readonly [local: string, domain: string] => {
  const at = email.lastIndexOf('@')
  return [email.slice(0, Math.max(at, 0)), email.slice(at + 1)]
}

const isDomain = (ascii: string): boolean => {
  const labels = ascii.split('.')
  return (
    ascii.length <= DOMAIN_LENGTH &&
    labels.length > 1 &&
    labels.every(label => ASCII_LABEL.test(label)) &&
    TOP_LEVEL.test(labels.at(-1) ?? '')
  )
}

/**
 * An e-mail address that a mail server can be given (RFC 5321, without quoted local parts nor address literals). Spaces around
 * it go, the rest is kept as typed, a domain with accents too. Nothing in it can start another header.
 */
export const parseEmail = (typed: string): EmailParsed => {
  const email = oneLine(typed)
  if (email === '') return { ok: false, fault: 'empty' }
  const [local, domain] = split(email)
  const shaped =
    local.length <= LOCAL_LENGTH && LOCAL.test(local) && domain.length <= DOMAIN_LENGTH && DOMAIN_AS_TYPED.test(domain)
  const ascii = shaped ? domainToASCII(domain.toLowerCase()) : ''
  const right = ascii !== '' && isDomain(ascii) && local.length + 1 + ascii.length <= ADDRESS_LENGTH
  return right ? { ok: true, email } : { ok: false, fault: 'form' }
}

/** One writing for all those of an address: for look-ups and comparisons, never for sending. */
export const normaliseEmail = (email: string): string => {
  const [local, domain] = split(oneLine(email).toLowerCase())
  return `${local}@${domainToASCII(domain) || domain}`
}
