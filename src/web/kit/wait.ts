import type { Wait } from '../views/models.ts'

/** The wait until a moment, a second at least, as pages and Retry-After say it. */
export const waitUntil = (until: Date, now: Date): Wait & { readonly until: Date } => ({
  seconds: Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000)),
  until,
})
