/** What somebody verified by FranceConnect does: comes in, links, unlinks, confirms, changes, leaves. */
import type { Page } from '../../../../test/support/visitor.ts'
import type { Server } from '../../world/servers.ts'
import { codeOf } from '../../world/service.ts'
import { goThere, sentBack, vouchedFor } from '../../world/upstream.ts'
import { expectPage, HEADINGS } from '../people.ts'
import { must, type Stage, sending, type UseCase, type Vouched } from '../stage.ts'
import { arrive, atForm, declared, fillIn, holderOf, linkTo, mustArrive, opened } from './vouched.ts'

const signingUp: UseCase = {
  name: 'FranceConnect: sign-up',
  async prepare(stage, server) {
    const { ledger } = stage
    const who = stage.vouched(server)
    const form = await atForm(stage, who)
    return sending(
      who,
      () => fillIn(who, form),
      async again => {
        if (!codeOf(again)) mustArrive(await arrive(stage, who), 'no way in after a sign-up')
        const { id, opens } = await holderOf(stage, who)
        must(opens > 0, 'FranceConnect does not open the account')
        must((await ledger.count('signUp.federated', id)) === 1, 'not one event of the sign-up')
        await stage.mails(who.email, 'confirmEmail', 1, 2)
      },
    )
  },
}

const comingBack: UseCase = {
  name: 'FranceConnect: sign-in',
  async prepare(stage, server) {
    const { service, upstream, ledger } = stage
    const who = await opened(stage, server)
    const away = await goThere(who.visitor, await who.visitor.get(service.request({ prompt: 'login' }).url))
    const back = await sentBack(upstream, away, { person: who.vouched.id })
    return sending(
      who,
      () => who.visitor.get(back),
      async again => {
        if (!codeOf(again)) mustArrive(await arrive(stage, who), 'no way in')
        must((await ledger.count('signIn.succeeded', (await holderOf(stage, who)).id)) >= 1, 'no event of the sign-in')
      },
    )
  },
}

/** Who has an account links it: by its number and password, once. */
const atLink = async (stage: Stage, server: Server) => {
  const { who, member } = await declared(stage, server)
  const page = await who.visitor.submit(await arrive(stage, who), { answer: 'yes' }, 'answer')
  const send = (): Promise<Page> => who.visitor.submit(page, { nir: who.nir, password: who.password }, 'password')
  return { who, member, send }
}

const linked = async (stage: Stage, server: Server) => {
  const { who, member, send } = await atLink(stage, server)
  mustArrive(await send(), 'no link')
  return { who, member }
}

const linking: UseCase = {
  name: 'FranceConnect: linked to an account',
  async prepare(stage, server) {
    const { who, member, send } = await atLink(stage, server)
    return sending(who, send, async again => {
      // linked already: FranceConnect opens it
      if (!codeOf(again)) mustArrive(await arrive(stage, who), 'the link opens nothing')
      must((await holderOf(stage, who)).opens > 0, 'nothing is linked')
      must((await stage.ledger.count('identity.linked', member.id)) >= 1, 'no event of the link')
      await stage.mails(who.email, 'identityLinked', 1, 2)
    })
  },
}

const mustBeUnlinked = async (stage: Stage, who: Vouched, account: string): Promise<void> => {
  must((await holderOf(stage, who)).opens === 0, 'the identity still opens the account')
  must((await stage.ledger.count('identity.unlinked', account)) >= 1, 'no event of the end of the link')
  await stage.mails(who.email, 'identityUnlinked', 1, 2)
}

const unlinking: UseCase = {
  name: 'FranceConnect: unlinked',
  async prepare(stage, server) {
    const { who, member } = await linked(stage, server)
    const page = await who.visitor.get(`${stage.world.issuer}/compte/connexions/franceconnect/delier`)
    return sending(
      who,
      () => who.visitor.submit(page, {}, 'unlink'),
      () => mustBeUnlinked(stage, who, member.id),
    )
  },
}

const undoing: UseCase = {
  name: 'FranceConnect: link undone by its mail',
  async prepare(stage, server) {
    const { who, member } = await linked(stage, server)
    const page = await who.visitor.get(await linkTo(stage, who.email, 'identityLinked'))
    return sending(
      who,
      () => who.visitor.submit(page, {}, 'undo'),
      async () => {
        await mustBeUnlinked(stage, who, member.id)
        const silent = await who.visitor.get(stage.service.request({ prompt: 'none' }).url)
        must(codeOf(silent) === undefined, 'the session still opens after the link was undone')
      },
    )
  },
}

/** Mails about what changes leave to an address that was confirmed. */
const confirmed = async (stage: Stage, server: Server): Promise<Vouched> => {
  const who = await opened(stage, server)
  const page = await who.visitor.get(await linkTo(stage, who.email, 'confirmEmail'))
  await who.visitor.submit(page, {}, 'confirm')
  return who
}

const confirming: UseCase = {
  name: 'FranceConnect: address confirmed',
  async prepare(stage, server) {
    const who = await opened(stage, server)
    const page = await who.visitor.get(await linkTo(stage, who.email, 'confirmEmail'))
    return sending(
      who,
      () => who.visitor.submit(page, {}, 'confirm'),
      async () => {
        const { id, emailVerifiedAt } = await holderOf(stage, who)
        must(emailVerifiedAt !== undefined, 'the address is not confirmed')
        must((await stage.ledger.count('email.confirmed', id)) >= 1, 'no event of it')
      },
    )
  },
}

const changingAddress: UseCase = {
  name: 'FranceConnect: address changed',
  async prepare(stage, server) {
    const who = await confirmed(stage, server)
    const email = `autre.${who.email}`
    const form = await who.visitor.get(`${stage.world.issuer}/compte/courriel`)
    return sending(
      who,
      () => who.visitor.submit(form, { email, emailConfirmation: email }, 'email'),
      async () => {
        must((await stage.ledger.count('email.changed', (await holderOf(stage, who)).id)) >= 1, 'no event of it')
        await stage.mails(email, 'confirmEmail', 1, 2)
        await stage.mails(who.email, 'emailChanging', 1, 2)
      },
    )
  },
}

const choosingPassword: UseCase = {
  name: 'FranceConnect: password chosen',
  async prepare(stage, server) {
    const who = await confirmed(stage, server)
    const page = await who.visitor.get(`${stage.world.issuer}/compte/mot-de-passe`)
    const { password } = who
    return sending(
      who,
      () => who.visitor.submit(page, { password, passwordConfirmation: password }, 'password'),
      async (_, at) => {
        const { id, passwordHash } = await holderOf(stage, who)
        // its session may have ended with the first: they choose again as somebody who comes anew
        if (!passwordHash) {
          mustArrive(await arrive(stage, who), 'no way in')
          const form = await who.visitor.get(`${stage.world.issuer}/compte/mot-de-passe`)
          await who.visitor.submit(form, { password, passwordConfirmation: password }, 'password')
        }
        const stranger = stage.somebody(at)
        const signIn = await stranger.visitor.get(stage.service.request().url)
        mustArrive(await stranger.visitor.submit(signIn, { nir: who.nir, password }, 'password'), 'it opens nothing')
        must((await stage.ledger.count('password.changed', id)) >= 1, 'no event of it')
        await stage.mails(who.email, 'passwordChanged', 1, 2)
      },
    )
  },
}

const hrefOf = ({ body }: Page): string =>
  (/<meta http-equiv="refresh" content="0;url=([^"]+)">/.exec(body)?.[1] ?? '').replaceAll('&amp;', '&')

/** Married, say: another sub, the same birth and number. */
const movingIdentity: UseCase = {
  name: 'FranceConnect: identity that changed',
  async prepare(stage, server) {
    const { upstream, world } = stage
    const before = await confirmed(stage, server)
    const vouched = vouchedFor(`${before.vouched.id}-apres`, before.vouched.nir, 'ESSAI-MARIÉ')
    stage.meet(vouched)
    const who: Vouched = { ...before, ...pick(stage.somebody(server)), vouched }
    const held = expectPage(await fillIn(who, await atForm(stage, who)), HEADINGS.numberHeld)
    await who.visitor.submit(held, {}, 'mail-link')
    const page = await who.visitor.get(await linkTo(stage, before.email, 'moveIdentity'))
    const going = await who.visitor.submit(expectPage(page, HEADINGS.identityChanged), {}, 'move')
    const away = await who.visitor.get(new URL(hrefOf(going), world.issuer).href)
    const back = await sentBack(upstream, away.url, { person: vouched.id })
    return sending(
      who,
      () => who.visitor.get(back),
      async (_, at) => {
        const again = await arrive(stage, who)
        // not moved yet: the link of the mail is there still
        if (!codeOf(again)) {
          const once = await who.visitor.get(await linkTo(stage, before.email, 'moveIdentity'))
          const on = await who.visitor.submit(expectPage(once, HEADINGS.identityChanged), {}, 'move')
          const there = await who.visitor.get(new URL(hrefOf(on), world.issuer).href)
          await who.visitor.get(await sentBack(upstream, there.url, { person: vouched.id }))
        }
        const elsewhere = { ...who, ...pick(stage.somebody(at)) }
        mustArrive(await arrive(stage, elsewhere), 'the new identity opens nothing')
        const former = await arrive(stage, { ...before, ...pick(stage.somebody(at)) })
        must(former.heading === HEADINGS.question, 'the former identity still opens the account')
      },
    )
  },
}

const pick = ({ visitor, at }: Pick<Vouched, 'visitor' | 'at'>) => ({ visitor, at })

const leaving: UseCase = {
  name: 'FranceConnect: sign-out',
  async prepare(stage, server) {
    const { service, ledger, world } = stage
    const who = await opened(stage, server)
    const ask = () => who.visitor.get(`${world.issuer}/deconnexion`)
    const page = await ask()
    return sending(
      who,
      () => who.visitor.submit(page, { logout: 'yes' }, 'logout'),
      async () => {
        const asked = await ask()
        if (asked.body.includes('name="logout"')) await who.visitor.submit(asked, { logout: 'yes' }, 'logout')
        const silent = await who.visitor.get(service.request({ prompt: 'none' }).url)
        must(codeOf(silent) === undefined, 'the session still opens after the sign-out')
        must((await ledger.count('session.ended', (await holderOf(stage, who)).id)) >= 1, 'no event of its end')
      },
    )
  },
}

export const identityCases: readonly UseCase[] = [
  signingUp,
  comingBack,
  linking,
  unlinking,
  undoing,
  confirming,
  changingAddress,
  choosingPassword,
  movingIdentity,
  leaving,
]
