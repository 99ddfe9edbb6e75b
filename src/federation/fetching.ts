/** How upstreams are talked to: within a time, within a size, following nobody. */
import type { CustomFetch } from 'openid-client'

/** What an upstream may answer with; the largest that is usual, a set of keys, is a hundredth of it. */
const MOST_BYTES = 512 * 1024

/** An upstream that did not answer in time, or answered too much. Its message is a code. */
export class UpstreamAway extends Error {
  override readonly name = 'UpstreamAway'
}

const bounded = async (response: Response): Promise<Response> => {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.byteLength
    if (size > MOST_BYTES) throw new UpstreamAway('too large')
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
    try {
      return await bounded(await fetch(url, { ...options, signal: AbortSignal.timeout(timeoutMs) } as RequestInit))
    } catch (fault) {
      if (fault instanceof UpstreamAway) throw fault
      throw new UpstreamAway(fault instanceof Error && fault.name === 'TimeoutError' ? 'timeout' : 'unreachable')
    }
  }

export type Recorder = {
  readonly fetch: CustomFetch
  /** The same answers again, without asking: what was redeemed once is verified twice. */
  replay(): CustomFetch
  /** The content type of the answer to `url`, without parameters. */
  typeOf(url: string | undefined): string | undefined
}

/** Remembers the answers of those addresses, of one person's way through. */
export const recording = (fetch: CustomFetch, addresses: readonly (string | undefined)[]): Recorder => {
  const answers = new Map<string, Response>()
  const ask: CustomFetch = async (url, options) => {
    const response = await fetch(url, options)
    if (addresses.includes(url)) answers.set(url, response.clone())
    return response
  }
  return {
    fetch: ask,
    replay: () => async (url, options) => answers.get(url)?.clone() ?? ask(url, options),
    typeOf: url =>
      answers
        .get(url ?? '')
        ?.headers.get('content-type')
        ?.split(';')[0]
        ?.trim()
        .toLowerCase(),
  }
}
