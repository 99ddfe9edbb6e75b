/**
 * Between two steps of an act: a process may die there, and what it leaves must be finished by a retry or a sweep. Tests stop an
 * act at one of them; else nothing happens there.
 */
export type StepName =
  | 'number claimed'
  | 'identity claimed'
  | 'former claimant stopped'
  | 'act written'
  | 'effects brought'
  | 'segment sealed'
  | 'effect taken over'
  | 'account staged'
  | 'accounts marked'
  | 'accounts erased'
export type Step = (name: StepName) => Promise<void> | void
