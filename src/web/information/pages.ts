import type Router from '@koa/router'
import { ambientOf } from '../../operations/ambient.ts'
import type { Language } from '../../stores/contracts.ts'
import type { Desk } from '../kit/desk.ts'
import { PATHS, type ProseModel } from '../views/models.ts'

/** `language` differs from the one asked for when the text exists in the other only. */
export type OperatorText = { readonly body: string; readonly language: Language; readonly version: string }
export type OperatorTexts = (kind: ProseModel['kind'] | 'help', language: Language) => OperatorText

/** The operator's own texts and human contact, linked from every footer. */
export const informationPages =
  ({ desk, texts }: { readonly desk: Desk; readonly texts: OperatorTexts }) =>
  (router: Router): void => {
    router.get(PATHS.help, ctx => {
      const { body, language } = texts('help', ambientOf(ctx.req).language)
      const hrefs = { signInHref: PATHS.signIn, recoveryHref: PATHS.recovery, resendHref: '/inscription/renvoi' }
      desk.show(ctx, 'help', { ...hrefs, source: body, sourceLanguage: language })
    })
    // where password managers look: https://w3c.github.io/webappsec-change-password-url/
    router.get('/.well-known/change-password', ctx => desk.redirect(ctx, PATHS.recovery))
    for (const kind of ['terms', 'privacy', 'legal', 'accessibility'] as const) {
      router.get(PATHS[kind], ctx => {
        const { body, language, version } = texts(kind, ambientOf(ctx.req).language)
        desk.show(ctx, 'prose', {
          kind,
          source: body,
          sourceLanguage: language,
          ...(kind === 'terms' ? { version } : {}),
        })
      })
    }
  }
