/**
 * How an artefact lies in Redis: « s » saved or « x » ended, when it expires, when it was consumed (ms, 15 digits each, dashes for
 * never), then the sealed payload. Scripts read and write the head in place, and a find is one GET.
 */
const digits = 15
const head = 1 + 2 * digits
const never = '-'.repeat(digits)

const oneMore = 10 ** digits

/** Zeros first. */
export const timeText = (ms: number): string => String(oneMore + Math.max(0, Math.round(ms))).slice(1)

export type Row = { readonly sealed: string; readonly consumedAt: Date | undefined }

/** undefined when there is none, when it has ended, and when it has expired by then. */
export const readRow = (value: unknown, now: number): Row | undefined => {
  if (typeof value !== 'string' || value[0] !== 's' || Number(value.slice(1, 1 + digits)) <= now) return undefined
  const consumed = value.slice(1 + digits, head)
  return { sealed: value.slice(head), consumedAt: consumed === never ? undefined : new Date(Number(consumed)) }
}

/** What is left of one that has ended, for a save of it that was on its way. */
export const endedRow = (until: number): string => `x${timeText(until)}${never}`

/** Lua: a row's head, and what it says. */
export const headLua = `
  local function headOf(key)
    local text = redis.call('GETRANGE', key, 0, ${head - 1})
    if text == '' then return nil end
    return { ended = string.sub(text, 1, 1) == 'x', expires = tonumber(string.sub(text, 2, ${1 + digits})),
      consumed = string.sub(text, ${2 + digits}, ${head}) }
  end
`
export const consumedAtOffset = 1 + digits
export const neverLua = `'${never}'`
