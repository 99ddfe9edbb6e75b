const SAID_EVERY_MS = 1000

/** « 12000 of 1000000 accounts, 1 %, 2 min left », once a second and when all are done. */
export const makeSaying = (total: number, what: string, err: (text: string) => void) => {
  const began = performance.now()
  let said = began
  return (looked: number): void => {
    const now = performance.now()
    if (now - said < SAID_EVERY_MS && looked < total) return
    said = now
    const left = Math.max(0, total - looked) * ((now - began) / looked / 1000)
    const time = left > 90 ? `${Math.round(left / 60)} min` : `${Math.ceil(left)} s`
    const rest = looked < total ? `, ${time} left` : ''
    err(`${looked} of ${total} ${what}, ${Math.floor((100 * looked) / Math.max(total, looked, 1))} %${rest}\n`)
  }
}
