import { oneLine } from './typed-text.ts'

/** Where most people in France have their mailbox, commonest first: the first of two equally near is suggested. */
// biome-ignore format: a list to read across
const MAILBOX_DOMAINS = [
  'gmail.com', 'orange.fr', 'hotmail.fr', 'hotmail.com', 'free.fr', 'wanadoo.fr', 'yahoo.fr', 'laposte.net', 'sfr.fr', 'outlook.fr',
  'outlook.com', 'live.fr', 'icloud.com', 'yahoo.com', 'bbox.fr', 'neuf.fr', 'aol.com', 'proton.me', 'protonmail.com', 'gmx.fr',
  'club-internet.fr', 'numericable.fr', 'aliceadsl.fr', 'cegetel.net', 'noos.fr', 'nordnet.fr', 'googlemail.com', 'ymail.com',
]

/** Right as they are, and near enough to one of the above to be taken for it. */
// biome-ignore format: a list to read across
const OTHERS_KNOWN = new Set([
  'mail.com', 'email.com', 'live.com', 'msn.com', 'me.com', 'mac.com', 'aol.fr', 'pm.me', 'gmx.com', 'gmx.net', 'gmx.de', 'gmx.ch',
  'gmx.at', 'rocketmail.com', 'hotmail.be', 'hotmail.ch', 'hotmail.it', 'hotmail.es', 'hotmail.de', 'hotmail.ca', 'hotmail.co.uk',
  'yahoo.be', 'yahoo.ca', 'yahoo.de', 'yahoo.es', 'yahoo.it', 'yahoo.co.uk', 'live.be', 'live.ca', 'live.it', 'outlook.be',
  'outlook.de', 'outlook.es', 'outlook.it', 'orange.com', 'orange.es', 'orange.pl', 'orange.be', 'fee.fr', 'protonmail.ch', 'sfr.com',
])

/** Endings that no registry sells. */
const ENDINGS = new Map([
  ...['con', 'cmo', 'ocm', 'comm', 'coml', 'vom', 'xom', 'cpm', 'clm'].map(slip => [slip, 'com'] as const),
  ...['ft', 'dr', 'rf', 'frr', 'ffr', 'fer'].map(slip => [slip, 'fr'] as const),
  ...['nte', 'ner', 'met', 'nett'].map(slip => [slip, 'net'] as const),
])

/** The right house with another's ending: too far for a slip of the finger. */
const WRONG_ENDINGS = new Map([
  ['gmail.fr', 'gmail.com'],
  ['laposte.fr', 'laposte.net'],
  ['laposte.com', 'laposte.net'],
  ['icloud.fr', 'icloud.com'],
  ['wanadoo.com', 'wanadoo.fr'],
  ['free.com', 'free.fr'],
  ['orange.net', 'orange.fr'],
  ['bbox.com', 'bbox.fr'],
])

const LONGEST_DOMAIN = 40

/** Damerau-Levenshtein, adjacent transpositions only: how many slips of the finger lie between two words. */
export const slipsBetween = (from: string, to: string): number => {
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1]
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      const at = (line: readonly number[], index: number) => line[index] ?? Number.POSITIVE_INFINITY
      current.push(
        Math.min(
          at(last, column) + 1,
          at(current, column - 1) + 1,
          at(last, column - 1) + (same ? 0 : 1),
          swapped ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    beforeLast = last
    last = current
  }
  return last[to.length] ?? 0
}

const endingOf = (domain: string): string => domain.slice(domain.lastIndexOf('.') + 1)
const isKnown = (domain: string): boolean => MAILBOX_DOMAINS.includes(domain) || OTHERS_KNOWN.has(domain)

const withRightEnding = (domain: string): string => {
  const dot = domain.lastIndexOf('.')
  const right = dot < 0 ? undefined : ENDINGS.get(domain.slice(dot + 1))
  return right ? `${domain.slice(0, dot)}.${right}` : domain
}

/** Two slips are believed in a long name with the right ending only; one in any. */
const slipsAllowed = (domain: string, known: string): number =>
  known.length >= 9 && endingOf(domain) === endingOf(known) ? 2 : 1

const nearest = (domain: string): string | undefined => {
  const near = MAILBOX_DOMAINS.map(known => ({ known, slips: slipsBetween(domain, known) })).filter(
    ({ known, slips }) => slips <= slipsAllowed(domain, known),
  )
  return near.sort((a, b) => a.slips - b.slips)[0]?.known
}

/**
 * The address that was probably meant, when the domain looks like a typing error (gmail.con, gmial.com, orange.f); undefined
 * otherwise, and always for a domain that is well known. A hint to show: it never stops a form.
 */
export const suggestEmail = (email: string): string | undefined => {
  const typed = oneLine(email)
  const at = typed.lastIndexOf('@')
  const domain = typed.slice(at + 1).toLowerCase()
  if (at < 1 || domain.length < 5 || domain.length > LONGEST_DOMAIN) return undefined
  const ended = withRightEnding(domain)
  const meant = WRONG_ENDINGS.get(ended) ?? (isKnown(ended) ? ended : (nearest(ended) ?? ended))
  return meant === domain ? undefined : `${typed.slice(0, at)}@${meant}`
}
