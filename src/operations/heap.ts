/**
 * Node's own flags for a process that serves. Most of what a request makes dies with it: a small young generation is looked
 * through often and cheaply, and what a process holds stays small. The bound on the old one is several times what lives there.
 */
export const HEAP_FLAGS: readonly string[] = ['--max-semi-space-size=4', '--max-old-space-size=256']

/**
 * What its environment tells the C library (glibc's; others do not read it): one arena. Each thread that has hashed a password would
 * else keep 19 MB of its own, and there are more threads than hashes at once.
 */
export const HEAP_ENVIRONMENT: { readonly [name: string]: string } = { MALLOC_ARENA_MAX: '1' }
