/** What the hash of a session says (session-scripts.ts), as one value. */
export type SessionRow = {
  readonly id: string
  readonly ended: boolean
  readonly expires: number
  readonly order: number
  readonly account: string
  readonly sealed: string
}
export type SessionState = {
  readonly rows: readonly SessionRow[]
  /** What services have in it, sealed, by account and service. */
  readonly services: readonly { readonly account: string; readonly service: string; readonly sealed: string }[]
  readonly beganAt: number
}

const rowForm = /^(.)(\d+)\.(\d+)\.([^.]*)\.(.*)$/

const fieldsOf = (answer: unknown): readonly (readonly [string, string])[] => {
  if (!Array.isArray(answer)) return Object.entries((answer ?? {}) as { readonly [field: string]: string })
  return Array.from({ length: answer.length / 2 }, (_, nth) => [String(answer[2 * nth]), String(answer[2 * nth + 1])])
}

/** Rows newest first. */
export const readSession = (answer: unknown): SessionState => {
  const rows: SessionRow[] = []
  const services: SessionState['services'][number][] = []
  let beganAt = 0
  for (const [field, value] of fieldsOf(answer)) {
    const name = field.slice(1)
    if (field[0] === 't') beganAt = Number(value)
    if (field[0] === 'z') {
      const colon = name.indexOf(':')
      services.push({ account: name.slice(0, colon), service: name.slice(colon + 1), sealed: value })
    }
    const [, state, expires, order, account = '', sealed = ''] = (field[0] === 'r' && rowForm.exec(value)) || []
    if (state === undefined) continue
    rows.push({ id: name, ended: state === 'x', expires: Number(expires), order: Number(order), account, sealed })
  }
  return { rows: rows.sort((a, b) => b.order - a.order), services, beganAt }
}

export const isAlive = (row: SessionRow, now: number): boolean => !row.ended && row.expires > now
