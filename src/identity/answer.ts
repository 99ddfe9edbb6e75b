/** Of a comparison. `unknown`: one of the two does not say, or there is a legitimate reason to differ. */
export type Answer = 'agrees' | 'unknown' | 'differs'
