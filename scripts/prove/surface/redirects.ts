/** Everything that leads somewhere: to Guichet itself, or where the service declared, never where a stranger says. */
import type { Fronted } from '../front/fronted.ts'
import { atLeast, is, type Row } from '../part.ts'
import { aProvedService } from '../world/service.ts'
import { concrete, routesOf } from './headers.ts'

const ELSEWHERE = 'attaquant.test'
const WRITINGS = [
  `https://${ELSEWHERE}/`,
  `//${ELSEWHERE}/`,
  `///${ELSEWHERE}`,
  `/\\${ELSEWHERE}`,
  `https:${ELSEWHERE}`,
  `https://compte.exemple.test@${ELSEWHERE}/`,
  `https://service.exemple.fr.${ELSEWHERE}/retour`,
  `https://service.exemple.fr/retour/../../${ELSEWHERE}`,
  `https://service.exemple.fr/retour#@${ELSEWHERE}`,
  'https://service.exemple.fr/retour?x=1',
  'https://service.exemple.fr/Retour',
  'https://service.exemple.fr:444/retour',
  'http://service.exemple.fr/retour',
  `javascript:location='https://${ELSEWHERE}'`,
  `data:text/html,${ELSEWHERE}`,
  `https://${ELSEWHERE}\r\nx: y`,
]
/** Names that somebody's code would one day listen to. */
const PARAMETERS = [
  'redirect_uri',
  'post_logout_redirect_uri',
  'return',
  'returnTo',
  'return_to',
  'next',
  'url',
  'to',
  'dest',
  'continue',
  'target',
  'lang',
  'request_uri',
  'initiate_login_uri',
  'target_link_uri',
  'jeton',
  'action',
  'restart',
  'logo_uri',
]
const PATHS = [
  `//${ELSEWHERE}/`,
  `///${ELSEWHERE}`,
  `/\\${ELSEWHERE}`,
  `/%2f%2f${ELSEWHERE}`,
  `/.//${ELSEWHERE}`,
  `/%5c${ELSEWHERE}`,
  `/%09/${ELSEWHERE}`,
]

export const redirects = async (
  fronted: Fronted,
  long: boolean,
  progress: (line: string) => void,
): Promise<readonly Row[]> => {
  const { front, world } = fronted
  const service = await aProvedService(world)
  const allowed = new Set([new URL(world.issuer).host, 'service.exemple.fr'])
  front.phase = 'redirects'
  const ask = (path: string, init: RequestInit = {}) =>
    front.fetch(world.issuer + path, {
      ...init,
      headers: { accept: 'text/html', 'x-forwarded-host': ELSEWHERE, ...init.headers },
    })

  for (const uri of WRITINGS) {
    const { url } = service.request({ redirect_uri: uri })
    await ask(url.slice(world.issuer.length))
    await ask(
      url.slice(world.issuer.length).replace('response_type=code', 'response_type=code&response_mode=form_post'),
    )
    const query = new URLSearchParams({ client_id: service.id, post_logout_redirect_uri: uri, state: 'x' })
    await ask(`/session/end?${query}`)
    await ask('/authorize', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URL(url).search.slice(1),
    })
  }
  for (const path of PATHS) for (const query of ['', '?lang=en', '?jeton=x']) await ask(path + query)
  const routes = (await routesOf(fronted)).map(({ path }) => concrete(path))
  const writings = long ? WRITINGS : WRITINGS.slice(0, 4)
  for (const path of routes) {
    progress(`redirects of ${path}`)
    for (const uri of writings) {
      const everything = new URLSearchParams(PARAMETERS.map((name): [string, string] => [name, uri]))
      await ask(`${path}?${everything}`)
      await ask(`${path}?lang=en&${everything}`)
    }
  }

  const looked = front.exchanges.filter(({ phase }) => phase === 'redirects')
  const led = looked.flatMap(({ url, answered }) =>
    answered.filter(([name]) => name === 'location' || name === 'refresh').map(([, to]) => new URL(to, url)),
  )
  const astray = led.filter(({ host }) => !allowed.has(host))
  const undeclared = led.filter(
    ({ host, pathname, search }) => host === 'service.exemple.fr' && (pathname !== '/retour' || search.includes('x=1')),
  )
  const linked = looked.flatMap(({ url, body, answered }) =>
    answered.some(([name, value]) => name === 'content-type' && value.includes('html'))
      ? [...body.matchAll(/\s(?:href|action|src)="([^"]*)"/g)].flatMap(([, to = '']) => {
          const target = URL.parse(to.replaceAll('&amp;', '&'), url)
          // the operator's texts lead where the operator wrote
          return target && (target.host.includes(ELSEWHERE) || !/^(?:https|mailto):$/.test(target.protocol))
            ? [target.protocol + target.host]
            : []
        })
      : [],
  )
  front.phase = ''
  return [
    atLeast('addresses that could have led elsewhere', looked.length, 200),
    is(
      'redirects to somewhere that nobody declared',
      astray.length + undeclared.length,
      0,
      astray
        .slice(0, 3)
        .map(({ pathname }) => pathname)
        .join(' '),
    ),
    is('links and forms that lead where a stranger said', linked.length, 0, [...new Set(linked)].slice(0, 3).join(' ')),
  ]
}
