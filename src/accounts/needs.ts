/** Words that every use case shares. */
export type { Audit } from '../audit/log.ts'
export type Clock = () => Date

/** Refused without having been tried; `until` is when to try again. */
export type Throttled = { readonly kind: 'throttled'; readonly until: Date }
