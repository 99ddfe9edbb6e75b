/** Time for all that runs within a test: Guichet, its command line, the library and its tokens alike. */
const RealDate = Date
let passed = 0

class MovedDate extends RealDate {
  constructor(...given: readonly unknown[]) {
    if (given.length === 0) super(RealDate.now() + passed)
    else super(...(given as [number]))
  }
  static override now(): number {
    return RealDate.now() + passed
  }
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof RealDate
  }
}

/** From now on time goes on from wherever it is moved to; `stay` ends that. */
export const travel = () => {
  globalThis.Date = MovedDate as DateConstructor
  return {
    advance: (seconds: number): void => {
      passed += seconds * 1000
    },
    stay: (): void => {
      globalThis.Date = RealDate
      passed = 0
    },
  }
}
