import { escapeHtml, safeHref } from './rich.ts'

export type Prose = { readonly title: string; readonly html: string }

/** `**bold**`, `[label](address)` and nothing else; an address that leads elsewhere than it may stays text. */
const inline = (text: string): string =>
  text
    .split(/(\*\*.+?\*\*|\[[^\]]+\]\([^\s)]+\))/)
    .map(part => {
      const bold = /^\*\*(.+)\*\*$/.exec(part)
      if (bold?.[1] !== undefined) return `<strong>${escapeHtml(bold[1])}</strong>`
      const link = /^\[([^\]]+)\]\(([^\s)]+)\)$/.exec(part)
      if (link?.[1] === undefined || link[2] === undefined || !safeHref(link[2])) return escapeHtml(part)
      return `<a href="${escapeHtml(link[2])}">${escapeHtml(link[1])}</a>`
    })
    .join('')

const block = (lines: readonly string[]): string => {
  const first = lines[0] ?? ''
  if (lines.length === 1 && first.startsWith('### ')) return `<h3>${inline(first.slice(4))}</h3>`
  if (lines.length === 1 && first.startsWith('## ')) return `<h2>${inline(first.slice(3))}</h2>`
  if (lines.every(line => /^[-*] /.test(line)))
    return `<ul>${lines.map(line => `<li>${inline(line.slice(2))}</li>`).join('')}</ul>`
  if (lines.every(line => /^\d+\. /.test(line)))
    return `<ol>${lines.map(line => `<li>${inline(line.replace(/^\d+\. /, ''))}</li>`).join('')}</ol>`
  return `<p>${inline(lines.join(' '))}</p>`
}

/**
 * An operator's text as HTML. A small part of Markdown: one `# title`, `##` and `###`, paragraphs, lists, **bold** and
 * [links](https://…). Whatever else is shown as it is typed; HTML is escaped.
 */
export const readProse = (source: string, untitled: string): Prose => {
  const lines = source
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map(line => line.trim())
  const title = lines.find(line => line.startsWith('# '))
  const blocks: string[][] = [[]]
  for (const line of lines) {
    const kind = lineKind(line)
    const current = blocks.at(-1) ?? []
    const before = lineKind(current.at(-1) ?? '')
    if (line === title || line === '') blocks.push([])
    else if (kind === 'text' && (before === 'item' || before === 'number')) current.push(`${current.pop()} ${line}`)
    else if (kind === before && kind !== 'heading') current.push(line)
    else if (current.length === 0) current.push(line)
    else blocks.push([line])
  }
  const html = blocks
    .filter(lines => lines.length > 0)
    .map(block)
    .join('\n')
  return { title: title?.slice(2) ?? untitled, html }
}

const lineKind = (line: string): 'heading' | 'item' | 'number' | 'text' => {
  if (/^#{2,3} /.test(line)) return 'heading'
  if (/^[-*] /.test(line)) return 'item'
  return /^\d+\. /.test(line) ? 'number' : 'text'
}
