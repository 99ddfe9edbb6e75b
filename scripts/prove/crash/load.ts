/** People at all of it at once, one after the other on each path: whoever is cut tries again elsewhere, until they get through. */
import { setTimeout as pause } from 'node:timers/promises'
import { linkOf } from '../../../test/support/people.ts'
import type { Page } from '../../../test/support/visitor.ts'
import { codeOf, type ProvedService } from '../world/service.ts'
import type { World } from '../world/world.ts'
import type { Journal } from './journal.ts'
import { HEADINGS, makeSomebody, type Somebody, SUBJECTS, sendSignUp, signUpForm } from './people.ts'

const NEW = 'Coquelicot-Rouge-77'
/** How often people try the same again, and after what wait. */
const USUAL = { count: 3, tries: 12, pauseMs: 0, rivals: 0 }
const MAIL_MS = 4000
const COMING_BACK_MS = 30_000

export type Load = {
  /** Lets everybody end what they are at. */
  end(): Promise<void>
  /** Those whose mail had not come: it is waited for again, and used. */
  comeBack(): Promise<void>
  readonly figures: {
    cut: number
    people: number
    givenUp: readonly string[]
    /** Codes and tokens given to services. */
    redeemed: number
    /** Numbers that two people claimed at once, and those that both were told to hold. */
    contended: number
    heldByBoth: number
  }
}

type LoadSettings = {
  /** Paths side by side. */
  readonly count: number
  readonly tries?: number
  readonly pauseMs?: number
  /** More paths, on which two people claim one number. */
  readonly rivals?: number
}

type Waiting = { readonly who: Somebody; readonly words: string; readonly then: (link: string) => Promise<void> }

/** What the link's page asks: the password too, where the browser is not the one of the form. */
const activating = ({ body }: Page, { password }: Somebody): Readonly<Record<string, string>> => ({
  action: 'activate',
  ...(body.includes('name="password"') ? { password } : {}),
})

export const makeLoad = (
  world: World,
  { service, stranger }: { readonly service: ProvedService; readonly stranger: ProvedService },
  journal: Journal,
  settings: LoadSettings,
): Load => {
  const { issuer } = world
  const { count, tries, pauseMs, rivals } = { ...USUAL, ...settings }
  let going = true
  const waiting: Waiting[] = []
  const givenUp: string[] = []
  const figures = { cut: 0, people: 0, givenUp, redeemed: 0, contended: 0, heldByBoth: 0 }
  const any = () => world.server(Math.floor(Math.random() * 1000))

  /** Done by whoever is cut again and again, each time at some process; only a page that says it is done counts. */
  const persist = async <T>(who: Somebody, what: string, act: () => Promise<T | undefined>): Promise<T> => {
    let last = 'nothing came'
    for (let attempt = 0; attempt < tries; attempt += 1) {
      if (attempt > 0 && pauseMs > 0) await pause(pauseMs)
      try {
        who.at(any())
        const done = await act()
        if (done !== undefined) return done
        last = 'another page came'
      } catch (fault) {
        figures.cut += 1
        last = fault instanceof Error ? fault.message : String(fault)
      }
    }
    throw new Error(`${what}: ${last}`)
  }
  const when = (page: Page, ...headings: readonly string[]): Page | undefined =>
    headings.includes(page.heading) ? page : undefined

  /** The mail, if it comes soon; else it is come back to when the leases of the dead are over. */
  const byMail = async (who: Somebody, words: string, then: (link: string) => Promise<void>): Promise<boolean> => {
    const mail = await world.mailTo(who.email, ({ subject }) => subject.includes(words), MAIL_MS).catch(() => undefined)
    if (mail) await then(linkOf(mail))
    else waiting.push({ who, words, then })
    return mail !== undefined
  }

  const signUp = (who: Somebody) =>
    persist(who, 'sign-up', async () => {
      const page = await sendSignUp(who, await signUpForm(issuer, who))
      return when(page, HEADINGS.checkMailbox)
    })

  const activate = (who: Somebody) => async (link: string) => {
    await persist(who, 'activation', async () => {
      const page = await who.visitor.get(link)
      if (page.heading === HEADINGS.linkUsed) return page
      return when(await who.visitor.submit(page, activating(page, who), 'activate'), HEADINGS.activated)
    })
    journal.tell({ kind: 'activated', nir: who.nir })
  }

  const signIn = async (who: Somebody, at: ProvedService, password: string, scope: string): Promise<void> => {
    let typed = false
    let allowed = false
    const tokens = await persist(who, 'sign-in', async () => {
      const asked = at.request({ scope })
      let page = await who.visitor.get(asked.url)
      for (let step = 0; step < 3 && !codeOf(page); step += 1) {
        const consent = /\sid="allow"/.test(page.body)
        // turned away: neither is asked
        if (!consent && !page.body.includes('name="password"')) return undefined
        if (consent) allowed = true
        else typed = true
        page = consent
          ? await who.visitor.submit(page, { action: 'allow' }, 'allow')
          : await who.visitor.submit(page, { nir: who.nir, password }, 'password')
      }
      const code = codeOf(page)
      if (!code) return undefined
      const answer = await at.redeem(any(), { code, verifier: asked.verifier })
      return answer.status === 200 ? answer.body : undefined
    })
    figures.redeemed += 1
    if (typed) journal.tell({ kind: 'signedIn', nir: who.nir })
    if (allowed) journal.tell({ kind: 'consented', nir: who.nir, serviceId: at.id })
    if (typeof tokens.refresh_token !== 'string') return
    const refreshed = await at.refresh(any(), tokens.refresh_token).catch(() => undefined)
    if (refreshed?.status === 200) figures.redeemed += 1
  }

  const recover = async (who: Somebody): Promise<boolean> => {
    await persist(who, 'recovery asked', async () => {
      const form = await who.visitor.get(`${issuer}/mot-de-passe-oublie`)
      return when(await who.visitor.submit(form, { nir: who.nir, email: who.email }, 'nir'), HEADINGS.recoverySent)
    })
    return byMail(who, SUBJECTS.recovery, async link => {
      await persist(who, 'recovery', async () => {
        const page = await who.visitor.get(link)
        if (page.heading === HEADINGS.linkUsed) return page
        const fields = { password: NEW, passwordConfirmation: NEW }
        return when(await who.visitor.submit(page, fields, 'password'), HEADINGS.passwordChanged)
      })
      journal.tell({ kind: 'passwordChanged', nir: who.nir })
    })
  }

  const signOut = async (who: Somebody): Promise<void> => {
    await persist(who, 'sign-out', async () => {
      const asked = await who.visitor.get(`${issuer}/deconnexion`)
      return when(await who.visitor.submit(asked, { logout: 'yes' }, 'xsrf'), HEADINGS.signedOut)
    })
    journal.tell({ kind: 'signedOut', nir: who.nir })
  }

  const live = async (): Promise<void> => {
    const who = makeSomebody(issuer, any())
    figures.people += 1
    await signUp(who)
    journal.tell({ kind: 'signedUp', nir: who.nir })
    if (!(await byMail(who, SUBJECTS.activation, activate(who))) || !going) return
    await signIn(who, service, who.password, 'openid offline_access')
    await signIn(who, stranger, who.password, 'openid email')
    await signOut(who)
    if (!going || !(await recover(who))) return
    await signIn(who, service, NEW, 'openid')
  }

  /** One number, two people with a mailbox each: each to the end of their own way. */
  const contend = async (): Promise<void> => {
    const first = makeSomebody(issuer, any())
    const { nir, nirKey } = first
    const both = [first, { ...makeSomebody(issuer, any()), nir, nirKey }]
    figures.people += 2
    await Promise.all(both.map(signUp))
    const claim = async (who: Somebody): Promise<string> => {
      const mail = await world
        .mailTo(who.email, ({ subject }) => subject.includes(SUBJECTS.activation), MAIL_MS)
        .catch(() => undefined)
      if (!mail) return 'no mail in time'
      return persist(who, 'activation of a number claimed twice', async () => {
        const page = await who.visitor.get(linkOf(mail))
        if (page.heading === HEADINGS.linkUsed) return page.heading
        const { heading } = await who.visitor.submit(page, activating(page, who), 'activate')
        return heading === HEADINGS.activated || heading === HEADINGS.cannotFinish ? heading : undefined
      })
    }
    const told = await Promise.all(both.map(claim))
    const holders = told.filter(heading => heading === HEADINGS.activated)
    figures.contended += 1
    if (holders.length > 1) figures.heldByBoth += 1
    if (holders.length > 0) journal.tell({ kind: 'activated', nir })
  }

  const path = async (live: () => Promise<void>): Promise<void> => {
    while (going) {
      await live().catch((fault: unknown) => void givenUp.push(fault instanceof Error ? fault.message : String(fault)))
    }
  }
  const paths = [
    ...Array.from({ length: count }, () => path(live)),
    ...Array.from({ length: rivals }, () => path(contend)),
  ]

  return {
    figures,
    async end() {
      going = false
      await Promise.all(paths)
    },
    async comeBack() {
      for (const { who, words, then } of waiting.splice(0)) {
        try {
          await then(linkOf(await world.mailTo(who.email, ({ subject }) => subject.includes(words), COMING_BACK_MS)))
        } catch (fault) {
          givenUp.push(`come back for « ${words} »: ${fault instanceof Error ? fault.message : String(fault)}`)
        }
      }
    },
  }
}
