/** The one page that the protocol writes by itself: a form that sends itself, or by a button without JavaScript. */
import { createHash } from 'node:crypto'
import type { Language } from '../../stores/contracts.ts'

const SCRIPT = "document.addEventListener('DOMContentLoaded',function(){document.forms[0].submit()})"
export const AUTO_SUBMIT_HASH = `'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`

const TEXTS: { readonly [language in Language]: { readonly title: string; readonly press: string } } = {
  fr: { title: 'Retour au service', press: 'Continuer' },
  en: { title: 'Back to the service', press: 'Continue' },
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)

export const autoSubmitPage = (
  language: Language,
  action: string,
  fields: { readonly [name: string]: string },
  stylesheet: string | undefined,
): string => {
  const { title, press } = TEXTS[language]
  const style = stylesheet === undefined ? '' : `<link rel="stylesheet" href="${escaped(stylesheet)}">`
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  )
  return `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>${style}
<script>${SCRIPT}</script></head>
<body><main class="main"><h1>${title}</h1><form method="post" action="${escaped(action)}">${inputs.join('')}
<noscript><button class="button" type="submit" autofocus>${press}</button></noscript></form></main></body>
</html>
`
}
