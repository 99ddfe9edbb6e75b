import { readFileSync } from 'node:fs'

/** The demonstration's own style sheet; the tokens are look.md's. */
export const lookCss = readFileSync(new URL('./look.css', import.meta.url), 'utf8')

export const iconSvg =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0B5D5E"/>' +
  '<path d="M8 23V13a8 8 0 0 1 16 0v10M6 23h20" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round"/></svg>'
