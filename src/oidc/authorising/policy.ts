/**
 * What stands between a request and its answer, in order: the first prompt with a check that holds is what the person meets.
 * create → select_account → login → case → terms → consent.
 */
import { decodeJwt } from 'jose'
import { type Client, errors, interactionPolicy, type KoaContextWithOIDC, type Session } from 'oidc-provider'
import type { OidcNeeds } from '../needs.ts'
import type { Accounts } from '../people/accounts.ts'
import { askedAcrs, attainable, met } from './acr.ts'
import type { Consents } from './consents.ts'

const { Check, Prompt } = interactionPolicy

type PolicyNeeds = Pick<OidcNeeds, 'acrs' | 'clock' | 'currentTerms' | 'lifetimes'> & {
  readonly accounts: Pick<Accounts, 'recordOf'>
  readonly consents: Pick<Consents, 'needed' | 'asked'>
  /** The subject that a service knows an account by. */
  readonly subjectOf: (client: Client, accountId: string) => string
}

type Rule = (ctx: KoaContextWithOIDC) => boolean | Promise<boolean>

/** Once the person has just signed in, asking again would go round in circles: the service is told instead. */
const onceOnly =
  (rule: Rule, refusal: () => Error): Rule =>
  async ctx => {
    const fails = await rule(ctx)
    if (fails && ctx.oidc.result?.login) throw refusal()
    return fails
  }

const loginRefused = (): Error => new errors.LoginRequired('the person who signed in is not the one asked for')
const acrRefused = (): Error =>
  new errors.UnmetAuthenticationRequirements('none of the requested authentication contexts can be met')

/** The hint was verified when the request came in: what is kept with the request is read without its signature. */
const hintedSubject = ({ oidc }: KoaContextWithOIDC): unknown => {
  const hint = oidc.params?.id_token_hint
  return typeof hint === 'string' ? decodeJwt(hint).sub : undefined
}

const isAnotherThanHinted = (ctx: KoaContextWithOIDC, subjectOf: PolicyNeeds['subjectOf']): boolean => {
  const { session, client } = ctx.oidc
  const hinted = hintedSubject(ctx)
  if (hinted === undefined || !client) return false
  return session?.accountId === undefined || subjectOf(client, session.accountId) !== hinted
}

export const makePolicy = ({ accounts, acrs, clock, consents, currentTerms, lifetimes, subjectOf }: PolicyNeeds) => {
  const seconds = (): number => Math.floor(clock().getTime() / 1000)

  /** A session is saved at each request with its idle lifetime ahead: its end tells when it was last seen. */
  const lastSeen = (session: Session): number => session.exp - lifetimes.sessionIdle

  const over = ({ oidc }: KoaContextWithOIDC): boolean =>
    oidc.session?.accountId !== undefined &&
    (!oidc.account || seconds() - (oidc.session.loginTs ?? 0) >= lifetimes.sessionAbsolute)

  const create = new Prompt(
    { name: 'create', requestable: true },
    new Check(
      'acr_unattainable',
      'a level of assurance that nobody has here',
      'unmet_authentication_requirements',
      ctx => {
        if (!attainable(askedAcrs(ctx), acrs)) throw acrRefused()
        return false
      },
    ),
  )

  const selectAccount = new Prompt(
    { name: 'select_account', requestable: true },
    new Check('idle', 'is it still the same person?', 'account_selection_required', ctx => {
      const { session, route, prompts, result } = ctx.oidc
      // prompt=login asks for more than this page does; prompt=none has nobody before the screen.
      if (route === 'resume' || prompts.has('none') || prompts.has('login') || result?.select_account) return false
      if (session?.accountId === undefined || over(ctx)) return false
      return seconds() - lastSeen(session) >= lifetimes.confirmAfter
    }),
  )

  const base = interactionPolicy.base()
  const login = base.get('login')
  if (!login) throw new Error('the library has no login prompt')
  // Levels are checked below; asking by subject must not go round in circles.
  login.checks.remove('essential_acrs')
  login.checks.remove('essential_acr')
  const subject = login.checks.get('claims_id_token_sub_value')
  if (subject) subject.check = onceOnly(subject.check, loginRefused)
  // The library looks at the hint before the person signs in, and not after.
  const hint = login.checks.get('id_token_hint')
  if (hint) hint.check = onceOnly(ctx => isAnotherThanHinted(ctx, subjectOf), loginRefused)
  login.checks.add(
    new Check('session_over', 'the session is over, or its account may not be used', 'login_required', ctx =>
      over(ctx),
    ),
  )
  login.checks.add(
    new Check(
      'acr_unmet',
      'the session has another level of assurance',
      'unmet_authentication_requirements',
      onceOnly(ctx => {
        const asked = askedAcrs(ctx)
        return asked.length > 0 && ctx.oidc.session?.accountId !== undefined && !met(asked, ctx.oidc.acr)
      }, acrRefused),
    ),
  )

  const openCase = new Prompt(
    { name: 'case' },
    new Check('case_open', 'an agent is to decide about the account', 'interaction_required', ({ oidc }) => {
      // told at a sign-in, once
      if (!oidc.result?.login || oidc.result.case) return false
      const record = oidc.account && accounts.recordOf(oidc.account)
      return (record?.cases?.length ?? 0) > 0
    }),
  )

  const terms = new Prompt(
    { name: 'terms' },
    new Check(
      'terms_changed',
      'the terms have changed since they were accepted',
      'interaction_required',
      ({ oidc }) => {
        const record = oidc.account && accounts.recordOf(oidc.account)
        return record !== undefined && record.terms.version !== currentTerms.version
      },
    ),
  )

  const consent = new Prompt(
    { name: 'consent', requestable: true },
    new Check(
      'consent_missing',
      'the person has not consented to all of this',
      'consent_required',
      ctx => consents.needed(ctx),
      ctx => ({ asked: consents.asked(ctx) }),
    ),
  )
  // prompt=consent is the check's affair: a first-party service has nothing to ask.
  consent.checks.remove('consent_prompt')

  const policy = interactionPolicy.base()
  policy.clear()
  for (const prompt of [create, selectAccount, login, openCase, terms, consent]) policy.add(prompt)
  return policy
}
