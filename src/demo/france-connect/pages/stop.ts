import { randomUUID } from 'node:crypto'
import type { Context } from 'koa'
import { html } from '../../common/html.ts'
import { type Language, sayIn } from '../../common/language.ts'
import { simulatorPage } from './frame.ts'

export type Stop = { readonly code: string; readonly why: string }

/** FranceConnect's own error page: the person goes no further, nor back. */
export const stopPage = (ctx: Context, language: Language, { code, why }: Stop): void => {
  const say = sayIn(language)
  const title = say('Cette demande ne peut pas aboutir', 'This request cannot be met')
  const text =
    code === 'SIM-EXPIRED'
      ? say(
          "Elle a déjà reçu une réponse, ou elle date de plus d'une heure. Retournez au service et recommencez.",
          'It was answered already, or is more than an hour old. Go back to the service and start again.',
        )
      : say(
          "FranceConnect s'arrêterait ici, sur une page à lui : le service qui vous envoie est mal réglé.",
          'FranceConnect would stop here, on a page of its own: the service that sent you is not set up right.',
        )
  const body = html`<p>${text}</p>
<dl class="facts"><div><dt>Code</dt><dd>${code}</dd></div>
<div><dt>${say('Référence', 'Reference')}</dt><dd>${randomUUID()}</dd></div>
<div><dt>${say('Pour les développeurs', 'For developers')}</dt><dd lang="en">${why}</dd></div></dl>`
  ctx.status = 400
  ctx.type = 'html'
  ctx.body = simulatorPage(language, title, body)
}
