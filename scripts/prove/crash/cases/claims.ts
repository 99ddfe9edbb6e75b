/** A number that two claim: asked for, answered, decided by agents, carried out. */
import type { CaseVerdict } from '../../../../src/stores/contracts-cases.ts'
import type { Page } from '../../../../test/support/visitor.ts'
import type { Server } from '../../world/servers.ts'
import { codeOf } from '../../world/service.ts'
import { vouchedFor } from '../../world/upstream.ts'
import { expectPage, HEADINGS } from '../people.ts'
import type { CaseAct } from '../server.ts'
import { must, type Stage, sending, type UseCase, type Vouched } from '../stage.ts'
import { arrive, atForm, declared, fillIn, mustArrive } from './vouched.ts'

/** A holder of another birth name, and whoever is verified and claims the number, before the button that asks for an agent. */
const claimant = async (stage: Stage, server: Server) => {
  const { who, member } = await declared(stage, server, 'Autrement')
  const mail = { ...who, email: `verifie.${who.email}` }
  const held = expectPage(await fillIn(mail, await atForm(stage, mail)), HEADINGS.numberHeld)
  const send = (): Promise<Page> => who.visitor.submit(held, {}, 'claim')
  return { who: mail, member, send }
}

const casesOf = async ({ world }: Stage, holder: string) => {
  const { accounts, cases } = world.foundations.stores
  const named = (await accounts.find(holder))?.cases ?? []
  return Promise.all(named.map(id => cases.find(id)))
}

const claiming: UseCase = {
  name: 'case: asked for',
  async prepare(stage, server) {
    const { who, member, send } = await claimant(stage, server)
    return sending(who, send, async again => {
      if (again.heading !== HEADINGS.caseClaimed) await claimAnew(stage, who)
      const found = await casesOf(stage, member.id)
      must(found.length === 1 && found[0]?.status === 'open', `${found.length} cases, ${found[0]?.status}`)
      await stage.mails(who.email, 'case', 1, 2)
      await stage.mails(member.email, 'case', 1, 2)
    })
  },
}

/** From the service: to the case when it is there, else through the form once more. */
const claimAnew = async (stage: Stage, who: Vouched): Promise<void> => {
  const page = await arrive(stage, who)
  if (page.heading === HEADINGS.caseClaimed) return
  const form = await who.visitor.submit(expectPage(page, HEADINGS.question), { answer: 'no' }, 'answer')
  const held = expectPage(await fillIn(who, form), HEADINGS.numberHeld)
  expectPage(await who.visitor.submit(held, {}, 'claim'), HEADINGS.caseClaimed)
}

const opened = async (stage: Stage, server: Server) => {
  const { who, member, send } = await claimant(stage, server)
  expectPage(await send(), HEADINGS.caseClaimed)
  const [found] = await casesOf(stage, member.id)
  if (!found) throw new Error('no case was opened')
  return { who, member, id: found.id, claimantId: found.claimant }
}

const command = (at: Server, id: string, asked: CaseAct) => at.ask('case', { id, ...asked })
const statusOf = async ({ world }: Stage, id: string) => (await world.foundations.stores.cases.find(id))?.status

const answering: UseCase = {
  name: 'case: answered by the holder',
  async prepare(stage, server) {
    const { member, id } = await opened(stage, server)
    const holder = stage.somebody(server)
    const form = await holder.visitor.get(stage.service.request().url)
    const fields = { nir: member.nir, password: member.password }
    const page = expectPage(await holder.visitor.submit(form, fields, 'password'), HEADINGS.caseHeld)
    const send = () => holder.visitor.submit(page, { reference: id, says: 'wasNotMe' }, 'says')
    return sending(holder, send, async () => {
      const found = await stage.world.foundations.stores.cases.find(id)
      must(found?.holderSays === 'wasNotMe', 'the answer is not kept')
    })
  },
}

const deciding: UseCase = {
  name: 'case: decided',
  async prepare(stage, server) {
    const { member, who, id } = await opened(stage, server)
    const decide: CaseAct = { act: 'decide', verdict: 'keep' }
    return {
      act: at => command(at, id, decide),
      retry: async at => {
        await command(at, id, decide)
        must((await statusOf(stage, id)) === 'decided', 'it is not decided')
        for (const { email } of [member, who]) await stage.mails(email, 'case', 2, 3)
      },
    }
  },
}

const undoing: UseCase = {
  name: 'case: decision undone',
  async prepare(stage, server) {
    const { id } = await opened(stage, server)
    await command(server, id, { act: 'decide', verdict: 'closeBoth' })
    return {
      act: at => command(at, id, { act: 'undo' }),
      retry: async at => {
        await command(at, id, { act: 'undo' })
        must((await statusOf(stage, id)) === 'open', 'it is not undone')
        await command(at, id, { act: 'takeEffect' })
        must((await statusOf(stage, id)) === 'open', 'a decision that was undone took effect')
      },
    }
  },
}

const takingEffect = (verdict: CaseVerdict): UseCase => ({
  name: `case: ${verdict} takes effect`,
  async prepare(stage, server) {
    const { who, member, id, claimantId } = await opened(stage, server)
    await command(server, id, { act: 'decide', verdict, daysAgo: 30 })
    if (verdict === 'numberMoves') await command(server, id, { act: 'confirm', daysAgo: 30 })
    const takeEffect = (at: Server) => command(at, id, { act: 'takeEffect' })
    return {
      act: takeEffect,
      retry: async at => {
        await takeEffect(at)
        must((await statusOf(stage, id)) === 'closed', 'it is not closed')
        const { accounts } = stage.world.foundations.stores
        const [holder, other] = [await accounts.find(member.id), await accounts.find(claimantId)]
        must(holder?.cases === undefined && other?.cases === undefined, 'an account is still frozen')
        const held = (await stage.ledger.holder(who.nir))?.id
        const end = { samePerson: member.id, numberMoves: claimantId, keep: member.id, closeBoth: undefined }
        must(held === end[verdict], 'the number leads to somebody else')
        // in another browser: the session that they came in with tells nothing of the way in
        const page = await arrive(stage, { ...who, ...stage.somebody(at), vouched: who.vouched })
        if (verdict === 'closeBoth') expectPage(page, HEADINGS.question)
        else mustArrive(page, 'FranceConnect does not open the account that is theirs')
        // that of the decision is as old as the decision: too old to be sent
        for (const { email } of [member, who]) await stage.mails(email, 'case', 2, 3)
      },
    }
  },
})

/** The holder comes verified too: the same identity, by number and password before. */
const settling: UseCase = {
  name: 'case: settled by the holder',
  async prepare(stage, server) {
    const { who, member, id } = await opened(stage, server)
    const vouched = vouchedFor(`${who.vouched.id}-titulaire`, who.vouched.nir, 'Autrement')
    stage.meet(vouched)
    const holder: Vouched = { ...stage.somebody(server), ...pick(member), vouched }
    const page = await holder.visitor.submit(await arrive(stage, holder), { answer: 'yes' }, 'answer')
    const send = () => holder.visitor.submit(page, pick(member), 'password')
    return sending(holder, send, async again => {
      if (!codeOf(again)) mustArrive(await arrive(stage, holder), 'the holder has no way in')
      must((await statusOf(stage, id)) === 'closed', 'it is not closed')
      must((await stage.ledger.holder(member.nir))?.id === member.id, 'the number has left its holder')
    })
  },
}

const pick = ({ nir, password }: Pick<Vouched, 'nir' | 'password'>) => ({ nir, password })

export const claimCases: readonly UseCase[] = [
  claiming,
  answering,
  deciding,
  undoing,
  takingEffect('samePerson'),
  takingEffect('numberMoves'),
  takingEffect('keep'),
  takingEffect('closeBoth'),
  settling,
]
