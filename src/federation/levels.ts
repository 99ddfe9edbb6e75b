/** How sure an upstream is of who somebody is (acr). */

/** The only levels that are known to be in order, whoever vouches for them. */
const EIDAS = ['eidas1', 'eidas2', 'eidas3']

const isAtLeast = (said: string, level: string): boolean =>
  said === level || (EIDAS.includes(level) && EIDAS.indexOf(said) >= EIDAS.indexOf(level))

/**
 * The level reached, of those that the operator lets the upstream vouch for, the lowest first: never above them, whatever it
 * says. Undefined when it is none, or below the one asked (the lowest, when none was).
 */
export const levelReached = (
  levels: readonly string[],
  said: unknown,
  asked: string | undefined = levels[0],
): string | undefined => {
  if (typeof said !== 'string' || asked === undefined || !levels.includes(asked)) return undefined
  const reached = levels.findLastIndex(level => isAtLeast(said, level))
  return reached >= levels.indexOf(asked) ? levels[reached] : undefined
}
