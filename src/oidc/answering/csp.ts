import type { ServerResponse } from 'node:http'

const NAME = 'Content-Security-Policy'

/** Adds a source to a directive of the policy that the response carries; without a policy, nothing is opened nor closed. */
export const allowSource = (res: ServerResponse, directive: string, source: string): void => {
  const policy = res.getHeader(NAME)
  if (typeof policy !== 'string') return
  const parts = policy.split(';').map(part => part.trim().split(/\s+/))
  const found = parts.find(([name]) => name === directive)
  if (found?.includes(source)) return
  const changed = found
    ? parts.map(part => (part === found ? [...part.filter(word => word !== "'none'"), source] : part))
    : [...parts, [directive, source]]
  res.setHeader(
    NAME,
    changed
      .map(words => words.join(' '))
      .filter(Boolean)
      .join('; '),
  )
}
