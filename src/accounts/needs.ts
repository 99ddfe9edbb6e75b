/** Words that every use case shares. */
export type Clock = () => Date

/** Refused without having been tried; `until` is when to try again. */
export type Throttled = { readonly kind: 'throttled'; readonly until: Date }
