import type { Config } from '../config/load.ts'
import { makeFormTokens } from '../protection/form-tokens.ts'
import { makeSealedCookies } from '../protection/sealed-cookie.ts'
import type { Vault } from '../protection/vault.ts'
import { type Cookies, makeCookies } from './kit/cookies.ts'
import { type Desk, makeDesk } from './kit/desk.ts'
import { type Assets, makeAssets } from './views/assets.ts'
import { makeViews, type Views } from './views/engine.ts'
import type { Site } from './views/models.ts'
import { makeTexts, type Texts } from './views/texts.ts'

/** What every page and mail is made with. */
export type Front = {
  readonly site: Site
  readonly texts: Texts
  readonly assets: Assets
  readonly views: Views
  readonly cookies: Cookies
  readonly desk: Desk
}

type FrontConfig = Pick<
  Config,
  'issuer' | 'name' | 'operator' | 'contact' | 'accessibility' | 'legalBasis' | 'lifetime' | 'session'
>

const siteOf = ({ issuer, name, operator, contact, accessibility, legalBasis: { fr, en } }: FrontConfig): Site => ({
  name,
  operator,
  contact,
  accessibility,
  host: new URL(issuer).host,
  ...(fr && en ? { legalBasis: { fr, en } } : {}),
})

export const makeFront = (config: FrontConfig, vault: Vault, clock: () => Date): Front => {
  const secure = config.issuer.startsWith('https:')
  const site = siteOf(config)
  const texts = makeTexts()
  const assets = makeAssets()
  const cookies = makeCookies({ secure, sealed: makeSealedCookies({ vault, clock }), clock })
  const views = makeViews({ site, assets, texts })
  const desk = makeDesk({
    views,
    cookies,
    formTokens: makeFormTokens({ vault, clock, lifetimeSeconds: config.lifetime.form }),
    origin: config.issuer,
    requestSeconds: config.lifetime.interaction,
  })
  return { site, texts, assets, views, cookies, desk }
}
