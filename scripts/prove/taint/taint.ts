/** What people confide and what opens their doors, put through every journey and every error: found only where it must be. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { errors } from '../../../src/web/errors.ts'
import { inBrowser } from '../browser/chromium.ts'
import { type Fronted, openFronted } from '../front/fronted.ts'
import { atLeast, is, type Part, type Row } from '../part.ts'
import { openUpstream, type Upstream } from '../world/upstream.ts'
import { type Alone, runAlone } from './alone.ts'
import { browse, SERVICE_HOST } from './browser.ts'
import { goAstray, waysToErrors } from './errors.ts'
import { aTaintedPerson, type Ledger, makeLedger } from './ledger.ts'
import { askAgain, type JourneyNeeds, recover, signIn, signOut, signUpAndActivate, signUpInVain } from './people.ts'
import { ASTRAY, BROWSER, type Item, type Items, passed } from './places.ts'
import { rowsOf } from './rows.ts'
import { withoutScripts } from './scriptless.ts'
import { aTaintedService, useProofs } from './services.ts'
import { waysToUpstreamErrors } from './upstream.ts'

const PROCESSES = 2
const SCOPE = 'openid profile email phone address offline_access'

const keysOf = async (dataDir: string, ledger: Ledger): Promise<void> => {
  const text = await readFile(join(dataDir, 'keys.json'), 'utf8')
  const secret = /"(?:key|d|p|q|dp|dq|qi)": "([\w-]{20,})"/g
  for (const [, key = ''] of text.matchAll(secret)) {
    ledger.add('key', key)
    ledger.add('key', Buffer.from(key, 'base64url').toString('hex'))
    ledger.add('key', Buffer.from(key, 'base64url').toString('latin1'))
  }
}

const filesIn = async (folder: string): Promise<readonly Item[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = entries.filter(entry => entry.isFile())
  return Promise.all(
    files.map(async ({ parentPath, name }) => ({ name, bytes: await readFile(join(parentPath, name)) })),
  )
}

/** Cookies are known by what set them; those of a protocol step hold the id that stands in its address, which opens nothing alone. */
const cookiesOf = ({ front }: Fronted, ledger: Ledger): void => {
  for (const { answered } of front.exchanges)
    for (const [name, value] of answered) {
      if (name !== 'set-cookie') continue
      const [pair = ''] = value.split(';')
      const cookie = pair.slice(0, pair.indexOf('='))
      const held = pair.slice(pair.indexOf('=') + 1)
      if (held.length < 16 || /_(?:interaction|resume)$/.test(cookie)) continue
      ledger.add(/_session(?:\.sig)?$/.test(cookie) ? 'session' : 'other cookie', held)
    }
}

const journeys = async (needs: JourneyNeeds, upstream: Upstream, say: (line: string) => void): Promise<Row> => {
  const { fronted, ledger } = needs
  const { world, front } = fronted
  const redirectUris = ['https://service.exemple.fr/retour']
  const service = await aTaintedService(needs, { redirectUris, firstParty: false })
  const person = aTaintedPerson()
  ledger.addPerson(person)
  const stranger = aTaintedPerson()
  ledger.addPerson(stranger)

  say('signing up')
  await signUpAndActivate(needs, person, service.request({ prompt: 'create' }).url)
  await signUpInVain(needs, person, stranger)
  await askAgain(needs, person)

  say('signing in')
  const visitor = fronted.visitor()
  const asked = service.request({ scope: SCOPE, prompt: 'consent', login_hint: person.loginHint })
  const consent = await signIn(needs, visitor, asked.url, person)
  const landed = await visitor.submit(consent, { action: 'allow' }, 'allow')
  const { idToken } = await service.use(service.codeOn(landed), asked.verifier)
  const posted = service.request({ response_mode: 'form_post', scope: SCOPE })
  await service.use(service.codeOn(await visitor.get(posted.url)), posted.verifier)
  for (const parameters of [
    { prompt: 'none' },
    { prompt: 'none', max_age: '0' },
    { acr_values: 'eidas3', prompt: 'none' },
  ])
    await visitor.get(service.request(parameters).url)
  await visitor.get(service.request({ claims: '{"userinfo":{"nir":null}}' }).url)
  await useProofs(needs)

  say('coming back later')
  const pass = (seconds: number) => Promise.all(world.servers.map(server => server.advance(seconds)))
  await pass(6 * 60)
  const back = await visitor.get(service.request().url)
  await visitor.submit(back, { action: 'switch' }, 'switch')
  // the library's own clock did not move
  await pass(-6 * 60)
  const denied = await signIn(needs, visitor, service.request({ prompt: 'consent' }).url, person)
  await visitor.get(new URL('retour', `${denied.url.replace('/autorisation/', '/connexion/')}/`).href)
  await visitor.get(`${world.issuer}/session/end?id_token_hint=${idToken}`)

  say('recovering')
  const renewed = await recover(needs, person)
  const again = fronted.visitor()
  await signIn(needs, again, service.request({ scope: SCOPE }).url, renewed)
  await signOut(needs, again)

  say('going astray')
  front.phase = ASTRAY
  const ways = waysToErrors(needs, renewed, service)
  await Promise.all(Object.entries(ways).flatMap(([code, come]) => (/STORE_AWAY|FAULT/.test(code) ? [] : [come()])))
  for (const come of Object.values(waysToUpstreamErrors(fronted, upstream, service))) await come()
  await ways.STORE_AWAY()
  await ways.FAULT()
  await goAstray(needs, renewed)
  front.phase = ''
  await front.fetch(`${world.issuer}/health/ready`, {})
  await front.fetch(`${world.issuer}/health/live`, {})
  return world.logged().then(log => {
    const met = Object.keys(errors).filter(code => log.includes(`"code":"${code}"`))
    const missed = Object.keys(errors).filter(code => !met.includes(code))
    return is('errors that a page can show, met', met.length, Object.keys(errors).length, missed.join(', '))
  })
}

const inRealBrowser = async (
  needs: JourneyNeeds,
  long: boolean,
): Promise<{ readonly rows: readonly Row[]; readonly items: Items }> => {
  const { front } = needs.fronted
  let items: Items = {}
  const rows = await inBrowser(async path => {
    front.phase = BROWSER
    const person = aTaintedPerson()
    needs.ledger.addPerson(person)
    const redirectUris = [`${front.origin(SERVICE_HOST)}/retour`]
    const service = await aTaintedService(needs, { redirectUris, firstParty: false, name: 'Autre bourse' })
    const browsed = await browse(path, needs, person, service)
    items = browsed.items
    const secret = [person.birthName, person.email, person.nir, person.mobile, person.streetName]
    const shown = secret.filter(text => browsed.shownByBack.includes(text)).length
    return [
      is('of the person on pages reached by « back » after signing out', shown, 0),
      atLeast('files of the browser searched', browsed.files, 20),
      ...(long ? [await withoutScripts(path, needs.fronted)] : []),
    ]
  })
  return { rows, items }
}

export const taint: Part = {
  name: 'taint',
  title: 'what people confide, and what opens their doors, is found only where it must be',
  minutes: { short: 6, long: 40 },
  async run({ form, store, progress, signal }) {
    const temporary = await mkdtemp(join(tmpdir(), 'guichet-prove-tmp-'))
    const upstream = await openUpstream()
    const fronted = await openFronted({
      store,
      processes: PROCESSES,
      storeOptions: { legible: true },
      settings: { TMPDIR: temporary, GUICHET_LOG_LEVEL: 'debug', ...upstream.settings },
    })
    upstream.knows(fronted.world.issuer)
    try {
      const { world, front } = fronted
      const dataDir = world.store.settings.GUICHET_DATA_DIR ?? ''
      const ledger = makeLedger()
      const needs = { fronted, ledger }
      await keysOf(dataDir, ledger)
      const rows: Row[] = []
      for (let round = 0; round < (form === 'short' ? 1 : 5) && !signal.aborted; round += 1) {
        rows.splice(0, rows.length, await journeys(needs, upstream, line => progress(`round ${round + 1}: ${line}`)))
      }
      progress('in a real browser')
      const browsed = await inRealBrowser(needs, form === 'long')
      progress('the program alone, and its crash')
      const last = aTaintedPerson()
      ledger.addPerson(last)
      await world.enrol(last)
      const alone: Alone = await runAlone(world, last)
      cookiesOf(fronted, ledger)
      progress('searching')
      const items: Items = {
        ...passed(front.exchanges),
        ...browsed.items,
        'log lines and error output': [
          { name: 'two processes', bytes: await world.logged() },
          { name: 'the program alone', bytes: alone.output },
        ],
        'database and its WAL': await world.store.dump(),
        'temporary files': await filesIn(temporary),
        'process arguments': [{ name: 'command line', bytes: alone.commandLine }],
        'compiled code kept': await filesIn(join(dataDir, 'compiled')),
        mails: world.mailbox.mails.flatMap(({ subject, text, html, source }) => [
          { name: 'as it came', bytes: source },
          { name: 'as it came, unfolded', bytes: source.replace(/=?\r\n[ \t]*/g, '') },
          { name: 'as it is read', bytes: `${subject}\n${text}\n${html}` },
        ]),
      }
      return [
        ...rows,
        is('crashes of the program alone, its error output searched', alone.crashed ? 1 : 0, 1),
        ...browsed.rows,
        ...rowsOf(ledger.needles, items),
      ]
    } finally {
      await fronted.stop()
      await upstream.stop()
      await rm(temporary, { recursive: true, force: true })
    }
  },
}
