/** Markup made elsewhere and already safe, such as the link to the contact. */
export type SafeHtml = { readonly html: string }
export type RichParams = Readonly<Record<string, string | number | SafeHtml>>

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, sign => ENTITIES[sign] ?? sign)

/** Addresses that a text may lead to: this site, https, http, mail and telephone. */
export const safeHref = (href: string): boolean => /^(?:https?:\/\/|mailto:|tel:|\/(?!\/)|#)/i.test(href)

/**
 * A text of ours as HTML. Only the text's own `**bold**` and `[label]({address})` become elements: `fill` puts in values
 * that are already escaped, after the text has been cut, so no value can bring markup.
 */
export const rich = (text: string, fill: (part: string) => string, params: RichParams, key: string): string =>
  text
    .split(/(\*\*.+?\*\*|\[[^\]]+\]\(\{\w+\}\))/)
    .map(part => {
      const bold = /^\*\*(.+)\*\*$/.exec(part)
      if (bold?.[1] !== undefined) return `<strong>${fill(escapeText(bold[1]))}</strong>`
      const link = /^\[([^\]]+)\]\(\{(\w+)\}\)$/.exec(part)
      if (link?.[1] === undefined || link[2] === undefined) return fill(escapeText(part))
      const href = params[link[2]]
      if (typeof href !== 'string' || !safeHref(href)) throw new Error(`Text ${key} needs an address as ${link[2]}.`)
      return `<a href="${escapeHtml(href)}">${fill(escapeText(link[1]))}</a>`
    })
    .join('')

/** Our texts hold « & », quotes and braces, the last of which must stay for `fill`. */
const escapeText = (text: string): string => text.replaceAll(/[&<>]/g, sign => ENTITIES[sign] ?? sign)
