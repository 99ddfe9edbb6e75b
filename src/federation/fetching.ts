/** How upstreams are talked to: within a time, within a size, following nobody. */
import type { CustomFetch } from 'openid-client'
import type { Away } from './outcomes.ts'

/** What an upstream may answer with; the largest that is usual, a set of keys, is a hundredth of it. */
const MOST_BYTES = 512 * 1024

/** An upstream that did not answer in time, or answered nothing of use. */
export class UpstreamAway extends Error {
  override readonly name = 'UpstreamAway'
  readonly why: Away
  constructor(why: Away) {
    super(why)
    this.why = why
  }
}

const bounded = async (response: Response): Promise<Response> => {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.byteLength
    if (size > MOST_BYTES) throw new UpstreamAway('tooLarge')
    parts.push(part)
  }
  const { status, statusText, headers } = response
  const empty = status === 204 || status === 205 || status === 304
  return new Response(empty ? null : Buffer.concat(parts), { status, statusText, headers })
}

/** A fetch whose answer is whole, or which throws UpstreamAway. The time is for the answer to have come whole. */
export const makeFetch =
  (fetch: typeof globalThis.fetch, timeoutMs: number): CustomFetch =>
  async (url, { signal: _, ...options }) => {
    const signal = AbortSignal.timeout(timeoutMs)
    try {
      return await bounded(await fetch(url, { ...options, redirect: 'manual', signal } as RequestInit))
    } catch (fault) {
      if (fault instanceof UpstreamAway) throw fault
      throw new UpstreamAway(signal.aborted ? 'timeout' : 'unreachable')
    }
  }

export type Recorder = {
  readonly fetch: CustomFetch
  /** The same answers again, without asking: what was redeemed once is verified twice. */
  replay(): CustomFetch
  /** The content type of the answer to `url`, as the library was shown it. */
  typeOf(url: string): string | undefined
}

/**
 * The same answer, its type written in the one way that the library knows: told « Application/JWT », it would look for no signature.
 * And without a challenge, which would hide from it the error that the body tells.
 */
const plainly = (answer: Response, isToken: boolean): Response => {
  const headers = new Headers(answer.headers)
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type) headers.set('content-type', type)
  if (isToken) headers.delete('www-authenticate')
  const { status, statusText } = answer
  return new Response(answer.body, { status, statusText, headers })
}

/** Remembers the answers of those two addresses, of one person's way through. */
export const recording = (
  fetch: CustomFetch,
  { token, userinfo }: { readonly token: string; readonly userinfo: string },
): Recorder => {
  const answers = new Map<string, Response>()
  const ask: CustomFetch = async (url, options) => {
    if (url !== token && url !== userinfo) return fetch(url, options)
    const answer = plainly(await fetch(url, options), url === token)
    answers.set(url, answer.clone())
    return answer
  }
  return {
    fetch: ask,
    replay: () => async (url, options) => answers.get(url)?.clone() ?? ask(url, options),
    typeOf: url => answers.get(url)?.headers.get('content-type') ?? undefined,
  }
}
