/**
 * Node's own flags for a process that serves. Most of what a request makes dies with it: a small young generation is looked
 * through often and cheaply, and what a process holds stays small. The bound on the old one is several times what lives there.
 */
export const HEAP_FLAGS: readonly string[] = ['--max-semi-space-size=4', '--max-old-space-size=256']
