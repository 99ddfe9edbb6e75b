/** What has expired is refused by the store's own clock; Redis keeps it a second at least, for clocks that differ a little. */
const leastLife = 1_000

/** How long Redis is to keep what expires then, in ms. */
export const lifeOf = (expiresAt: Date, now: Date): number =>
  Math.max(leastLife, Math.ceil(expiresAt.getTime() - now.getTime()))
