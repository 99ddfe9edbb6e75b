/** What signs the library's cookies. */
import Keygrip from 'keygrip'

/**
 * The first signs, all verify. A cookie signed by a former key is not signed again when it is read: Koa would set that signature on
 * the path `/`, whatever the cookie's own is, and it would stay in the browser to be taken for the next request's. Each cookie is
 * signed anew whenever it is set, and `keys retire` waits for the longest of their lives.
 */
export const makeCookieKeys = (keys: readonly string[]): Keygrip => {
  const grip = new Keygrip(keys)
  return {
    sign: data => grip.sign(data),
    verify: (data, signature) => grip.verify(data, signature),
    // only whether one verifies: Koa signs again what is not by the first
    index: (data, signature) => (grip.verify(data, signature) ? 0 : -1),
  }
}
