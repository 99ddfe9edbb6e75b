/** Two tabs of one session, where the person signs in to two services at once: both get them, the session keeps both, and its end tells both. */
import { decodeJwt } from 'jose'
import { aPerson } from '../../../../test/support/people.ts'
import { waitFor } from '../../../../test/support/wait.ts'
import { is } from '../../part.ts'
import { aProvedService, codeOf, type Granted, type ProvedService, signInTo } from '../../world/service.ts'
import { inLanes, type Race } from '../race.ts'
import { aBrowser } from '../tabs.ts'
import { openReceiver } from './receiver.ts'

const TOLD_MS = 30_000

export const signIns: Race = async arena => {
  const { world, form } = arena
  const count = form === 'short' ? 5 : 100
  const receiver = await openReceiver()
  const aService = (name: string) => aProvedService(world, { name, backchannelLogoutUri: receiver.uri })
  const first = await aService('Cadastre des terriers')
  const tabs = [await aService('Atelier de boutures'), await aService('Fichier des ruches')]
  const silent = [await aService('Cours de greffe'), await aService('Troc de graines')]
  const seen = { codes: 0, tokens: 0, sessions: 0, kept: 0, told: 0, twice: 0 }
  const lost: string[] = []

  /** The session's id as the service got it; undefined when its code or its token is worth nothing. */
  const sidOf = async (service: ProvedService, granted: Granted): Promise<string | undefined> => {
    const { status, body } = await service.redeem(world.server(seen.tokens), granted)
    if (status !== 200) return undefined
    const headers = { authorization: `Bearer ${body.access_token}` }
    const told = await world.server(seen.tokens + 1).fetch(`${world.issuer}/userinfo`, { headers })
    return told.status === 200 ? String(decodeJwt(String(body.id_token)).sid) : undefined
  }

  const run = await inLanes(
    arena,
    { what: 'sign-ins of two tabs', count, lanes: 4 },
    async lane => lane,
    async lane => {
      const member = await world.enrol(aPerson())
      const typed = { nir: member.nir, password: member.password }
      const browser = aBrowser(world, `192.0.2.${lane + 1}`)
      const sids = [await sidOf(first, await signInTo(browser, first, member))]

      const asked = tabs.map(service => ({ service, ...service.request({ prompt: 'login' }) }))
      const forms = []
      for (const { url } of asked) forms.push(await browser.get(url))
      const quiet = silent.map(service => ({ service, ...service.request() }))
      const pages = [
        ...(await Promise.all(forms.map(page => browser.submit(page, typed, 'password')))),
        ...(await Promise.all(quiet.map(({ url }) => browser.get(url)))),
      ]
      for (const [at, { service, verifier }] of [...asked, ...quiet].entries()) {
        const page = pages[at]
        const code = page && codeOf(page)
        if (code === undefined) lost.push(`${page?.status} ${page?.heading}`)
        else {
          seen.codes += 1
          const sid = await sidOf(service, { code, verifier })
          if (sid !== undefined) seen.tokens += 1
          sids.push(sid)
        }
      }
      const sessions = await world.foundations.stores.artefacts.sessions(member.id)
      seen.sessions += sessions.length
      const kept = Object.keys(sessions[0]?.payload.authorizations ?? {})
      if ([first, ...tabs, ...silent].every(({ id }) => kept.includes(id))) seen.kept += 1

      const ask = await browser.get(`${world.issuer}/session/end`)
      await browser.submit(ask, { logout: 'yes' }, 'logout')
      const known = sids.filter(sid => sid !== undefined)
      const all = await waitFor(() => known.every(sid => receiver.told(sid) > 0), TOLD_MS).catch(() => false)
      if (all) seen.told += 1
      seen.twice += known.filter(sid => receiver.told(sid) > 1).length
    },
  )
  await receiver.stop()
  return [
    is('sessions with two sign-ins at once, then two visits at once', run, count),
    is('codes had', seen.codes, 4 * count, [...new Set(lost)].join(', ')),
    is('tokens had, and taken', seen.tokens, 4 * count),
    is('sessions in the store', seen.sessions, count),
    is('that keep all five services', seen.kept, count),
    is('whose end told all five', seen.told, count),
    is('services told twice', seen.twice, 0),
  ]
}
