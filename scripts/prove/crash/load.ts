/** People at all of it at once, one after the other on each path: whoever is cut tries again elsewhere, until they get through. */
import { linkOf } from '../../../test/support/people.ts'
import type { Page } from '../../../test/support/visitor.ts'
import { codeOf, type ProvedService } from '../world/service.ts'
import type { World } from '../world/world.ts'
import type { Journal } from './journal.ts'
import { HEADINGS, makeSomebody, type Somebody, SUBJECTS, sendSignUp, signUpForm } from './people.ts'

const NEW = 'Coquelicot-Rouge-77'
const TRIES = 12
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
  }
}

type Waiting = { readonly who: Somebody; readonly words: string; readonly then: (link: string) => Promise<void> }

export const makeLoad = (
  world: World,
  { service, stranger }: { readonly service: ProvedService; readonly stranger: ProvedService },
  journal: Journal,
  count: number,
): Load => {
  const { issuer } = world
  let going = true
  const waiting: Waiting[] = []
  const givenUp: string[] = []
  const figures = { cut: 0, people: 0, givenUp, redeemed: 0 }
  const any = () => world.server(Math.floor(Math.random() * 1000))

  /** Done by whoever is cut again and again, each time at some process; only a page that says it is done counts. */
  const persist = async <T>(who: Somebody, what: string, act: () => Promise<T | undefined>): Promise<T> => {
    let last = 'nothing came'
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
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
      const fields = page.body.includes('name="password"') ? { password: who.password } : {}
      return when(await who.visitor.submit(page, { action: 'activate', ...fields }, 'activate'), HEADINGS.activated)
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
        const consent = !page.body.includes('name="password"')
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

  const path = async (): Promise<void> => {
    while (going) {
      await live().catch((fault: unknown) => void givenUp.push(fault instanceof Error ? fault.message : String(fault)))
    }
  }
  const paths = Array.from({ length: count }, path)

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
