const RealDate = Date
let offset = 0

/**
 * Moves the time of everything in this file's process: Guichet, and the service, which would take tokens made later than its own
 * time for false ones. The browser keeps its own.
 */
export const moveClock = (seconds: number): void => {
  offset += seconds * 1000
  if (globalThis.Date !== RealDate) return
  globalThis.Date = new Proxy(RealDate, {
    construct: (_, given: unknown[]) =>
      given.length === 0 ? new RealDate(RealDate.now() + offset) : Reflect.construct(RealDate, given),
    get: (target, name) => (name === 'now' ? () => RealDate.now() + offset : Reflect.get(target, name)),
  })
}
