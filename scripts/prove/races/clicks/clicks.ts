/** Every form of the journeys, sent twice at once to two processes by one browser: one deed, and two answers that frighten nobody. */
import { waitFor } from '../../../../test/support/wait.ts'
import { is, type Row } from '../../part.ts'
import { aProvedService, REDIRECT_URI } from '../../world/service.ts'
import type { World } from '../../world/world.ts'
import { eventsNamed, type Race } from '../race.ts'
import { openReceiver } from '../sessions/receiver.ts'
import { aBrowser } from '../tabs.ts'
import { beforeSignIn } from './before-sign-in.ts'
import type { Form, Ready, Stage } from './form.ts'
import { afterAWhile, inARequest } from './in-a-request.ts'

const MAILS_MS = 60_000
const HOME = new URL('/', REDIRECT_URI).href

const events = async (world: World, { event }: Ready): Promise<number> => {
  if (!event) return 0
  const found = await eventsNamed(world, event.name)
  const { account } = event
  return account === undefined
    ? found.length
    : found.filter(details => 'account' in details && details.account === account).length
}

const mails = ({ mailbox }: World, { mail }: Ready): number =>
  mail ? mailbox.mails.filter(({ to, subject }) => to === mail.to && mail.fits(subject)).length : 0

const areOut = async ({ foundations }: World): Promise<void> => {
  for (const queue of ['mail', 'backchannelLogout'] as const) {
    await waitFor(async () => (await foundations.stores.jobs.count(queue)) === 0 || undefined, MAILS_MS)
  }
}

const clickTwice = async (stage: Stage, { prepare }: Form) => {
  const { world } = stage
  const ready = await prepare(stage)
  await areOut(world)
  const before = { events: await events(world, ready), mails: mails(world, ready) }
  const send = () => ready.browser.submit(ready.page, ready.typed, ready.holding)
  const pages = await Promise.all([send(), send()])
  await areOut(world)
  // the second click may find that the service has its answer already, and is led to it
  const isRight = ({ heading, url, status }: (typeof pages)[number]): boolean =>
    status < 400 && (heading.startsWith(ready.leadsTo) || url.startsWith(ready.leadsTo) || url === HOME)
  const led = pages.filter(({ heading, url }) => heading.startsWith(ready.leadsTo) || url.startsWith(ready.leadsTo))
  return {
    right: pages.filter(isRight).length === 2 && led.length > 0,
    seen: pages
      .map(({ status, heading, url }) => `${status} ${heading || new URL(url).search.slice(0, 20) || url}`)
      .join(' | '),
    deeds: (await events(world, ready)) - before.events,
    mails: mails(world, ready) - before.mails,
    notices: (ready.sids ?? []).map(sid => stage.receiver.told(sid)),
    expected: { deeds: ready.event ? 1 : 0, mails: ready.mail ? 1 : 0 },
  }
}

export const clicks: Race = async ({ world, form, progress, signal }) => {
  const rounds = form === 'short' ? 1 : 25
  let people = 0
  const receiver = await openReceiver()
  const aTold = (name: string) => aProvedService(world, { name, backchannelLogoutUri: receiver.uri })
  const stage: Stage = {
    world,
    receiver,
    told: [await aTold('Carte des lavoirs'), await aTold('Gazette des vergers')],
    own: await aProvedService(world, { name: 'Potager partagé' }),
    other: await aProvedService(world, { name: 'Échange de semis', firstParty: false }),
    browser: () => {
      people += 1
      return aBrowser(world, `100.64.${people >> 8}.${people & 255}`)
    },
    mailTo: (address, fits) => world.mailTo(address, fits, MAILS_MS),
  }
  const rows: Row[] = []
  for (const one of [...beforeSignIn, ...inARequest, ...afterAWhile]) {
    const faults: string[] = []
    let right = 0
    for (let round = 0; round < rounds && !signal.aborted; round += 1) {
      progress(`two clicks: ${one.name} ${round + 1} of ${rounds}`)
      const { right: answers, seen, deeds, mails, notices, expected } = await clickTwice(stage, one)
      const once = deeds === expected.deeds && mails === expected.mails && notices.every(times => times === 1)
      if (answers && once) right += 1
      else faults.push(`${seen}; ${deeds} deeds, ${mails} mails, notices ${notices.join('+') || 'none'}`)
    }
    rows.push(is(`two clicks, one deed: ${one.name}`, right, rounds, [...new Set(faults)].slice(0, 3).join(' / ')))
  }
  await receiver.stop()
  return rows
}
