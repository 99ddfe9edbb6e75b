/** A forgotten password. */
import { linkOf } from '../../../../test/support/people.ts'
import type { Server } from '../../world/servers.ts'
import { codeOf, signInTo } from '../../world/service.ts'
import { expectPage, HEADINGS, insist, type Somebody, SUBJECTS } from '../people.ts'
import { LONG_MS, must, type Stage, sending, type UseCase } from '../stage.ts'

const NEW = 'Coquelicot-Rouge-77'
const both = { password: NEW, passwordConfirmation: NEW }

const ask = async ({ world }: Stage, { visitor, nir, email }: Somebody) =>
  visitor.submit(await visitor.get(`${world.issuer}/mot-de-passe-oublie`), { nir, email }, 'nir')

const recoveryLink = async ({ world }: Stage, { email }: Somebody): Promise<string> =>
  linkOf(await world.mailTo(email, ({ subject }) => subject.includes(SUBJECTS.recovery), LONG_MS))

const asking: UseCase = {
  name: 'recovery asked for',
  async prepare(stage, server) {
    const who = await stage.member(server)
    const form = await who.visitor.get(`${stage.world.issuer}/mot-de-passe-oublie`)
    const send = () => who.visitor.submit(form, { nir: who.nir, email: who.email }, 'nir')
    return sending(who, send, async again => {
      expectPage(again, HEADINGS.recoverySent)
      await stage.mails(who.email, 'recovery', 1, 2)
    })
  },
}

const opensNothing = async (stage: Stage, server: Server, who: Somebody, password: string): Promise<void> => {
  const stranger = stage.somebody(server)
  const form = await stranger.visitor.get(stage.service.request().url)
  const page = await stranger.visitor.submit(form, { nir: who.nir, password }, 'password')
  must(codeOf(page) === undefined, 'the former password still opens the account')
}

const changing: UseCase = {
  name: 'password changed by recovery',
  async prepare(stage, server) {
    const { service, ledger } = stage
    const who = await stage.member(server)
    const sid = await stage.sessionOf(server, who)
    const elsewhere: Somebody = { ...who, ...pick(stage.somebody(server)) }
    await ask(stage, elsewhere)
    const page = await elsewhere.visitor.get(await recoveryLink(stage, elsewhere))
    const send = () => elsewhere.visitor.submit(page, both, 'password')
    return {
      act: at => {
        elsewhere.at(at)
        return send()
      },
      retry: async at => {
        elsewhere.at(at)
        who.at(at)
        expectPage(await insist(at, send), HEADINGS.passwordChanged, HEADINGS.linkUsed)
        must((await ledger.count('password.changed', who.id)) === 1, 'password.changed is not there exactly once')
        must((await ledger.count('session.ended', who.id)) >= 1, 'no event of the end of the session')
        await stage.told(sid)
        const none = await who.visitor.get(service.request({ prompt: 'none' }).url)
        must(codeOf(none) === undefined, 'a session of the former password still opens')
        await opensNothing(stage, at, who, who.password)
        await signInTo(stage.somebody(at).visitor, service, { nir: who.nir, password: NEW })
        await stage.mails(who.email, 'passwordChanged', 1, 1)
      },
    }
  },
}

const pick = ({ visitor, at }: Somebody) => ({ visitor, at })

export const recoveryCases: readonly UseCase[] = [asking, changing]
