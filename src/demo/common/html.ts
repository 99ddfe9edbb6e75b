/** Markup that is safe to send: every value put into it was escaped, or was markup already. */
export type Html = { readonly html: string }
type Piece = Html | string | number | undefined | false | readonly Piece[]

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escapeText = (text: string): string => text.replace(/[&<>"']/g, sign => entities[sign] ?? sign)

const render = (piece: Piece): string => {
  if (piece === undefined || piece === false) return ''
  if (typeof piece === 'string') return escapeText(piece)
  if (typeof piece === 'number') return String(piece)
  if ('html' in piece) return piece.html
  return piece.map(render).join('')
}

/** A tagged template that escapes what it is given, except markup made by itself. */
export const html = (parts: TemplateStringsArray, ...pieces: readonly Piece[]): Html => ({
  html: parts.map((part, i) => part + (i < pieces.length ? render(pieces[i]) : '')).join(''),
})

const address = /https?:\/\/[^\s<>"'`]+/g
/** Punctuation that ends a sentence rather than an address. */
const trailing = /[.,;:!?)\]}»]+$/

/** Plain text with its web addresses turned into links that open in a new window. */
export const linkified = (text: string): Html => {
  const pieces: Html[] = []
  let from = 0
  for (const match of text.matchAll(address)) {
    const url = match[0].replace(trailing, '')
    pieces.push(
      html`${text.slice(from, match.index)}<a href="${url}" target="_blank" rel="noopener noreferrer">${url}</a>`,
    )
    from = match.index + url.length
  }
  return html`${pieces}${text.slice(from)}`
}
