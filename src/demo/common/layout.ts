import { type Html, html } from './html.ts'
import { type Language, sayIn } from './language.ts'

export type PageContent = {
  readonly language: Language
  readonly site: string
  /** The language of the site's name, where it is not the page's. */
  readonly siteLanguage?: Language
  /** What this page is, beside the site's name: « Service d'essai ». */
  readonly label: string
  readonly title: string
  readonly body: Html
  readonly footer?: Html
  readonly script?: string
}

/** A whole page, laid out as look.md says: band, name, one column, one h1 given by the body. */
export const layout = (content: PageContent): string => {
  const say = sayIn(content.language)
  return html`<!doctype html>
<html lang="${content.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${content.title} – ${content.site}</title>
<link rel="stylesheet" href="/look.css">
<link rel="icon" href="/icon.svg" type="image/svg+xml">
${content.script !== undefined && html`<script src="${content.script}" defer></script>`}
</head>
<body>
<a class="skip" href="#content">${say('Aller au contenu', 'Skip to content')}</a>
<header><div class="row"><a class="site" href="/"${content.siteLanguage !== undefined && html` lang="${content.siteLanguage}"`}>${content.site}</a><span class="label">${content.label}</span></div></header>
<main id="content" class="column" tabindex="-1">
${content.body}
</main>
<footer><div class="row">${content.footer ?? say('Tout est fictif ici : rien ne quitte votre ordinateur.', 'Everything here is fictitious: nothing leaves your computer.')}</div></footer>
</body>
</html>
`.html
}
