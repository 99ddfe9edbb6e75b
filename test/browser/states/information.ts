import { anAccount } from '../support/people.ts'
import type { State } from './state.ts'

const at = (name: string, path: string): State => ({ name, reach: actor => actor.goTo(path) })

export const information: readonly State[] = [
  at('home', '/'),
  {
    name: 'home-signed-in',
    reach: async (actor, { guichet }) => {
      await actor.goTo('/connexion')
      await actor.signIn(await anAccount(guichet))
      await actor.sees('Votre compte pour les services publics', 'Your account for public services')
    },
  },
  at('help', '/aide'),
  at('terms', '/conditions'),
  at('privacy', '/donnees-personnelles'),
  at('legal', '/mentions-legales'),
  at('accessibility', '/accessibilite'),
]

/** A request to /authorize, right or wrong. */
export const aRequest = (clientId: string, redirectUri: string): string =>
  `/authorize?${new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid',
    state: 'a-state-of-the-service',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  })}`

export const errors: readonly State[] = [
  at('error-not-found', '/ailleurs'),
  at('error-request-expired', '/connexion/nulle-part-0123456789'),
  {
    name: 'error-request-expired-service',
    reach: async (actor, { advance }) => {
      await actor.fromService('signIn')
      await actor.sees('Me connecter ou créer un compte', 'Sign in or create an account')
      await advance(3700)
      await actor.page.reload()
      await actor.sees('Votre demande a expiré', 'Your request has expired')
    },
  },
  {
    name: 'error-service-unknown',
    reach: async (actor, { service }) => {
      await actor.goTo(aRequest('personne', `${service.url}/retour`))
      await actor.sees('Service inconnu', 'Unknown service')
    },
  },
  {
    name: 'error-redirect-uri',
    reach: async (actor, { clientId }) => {
      await actor.goTo(aRequest(clientId, 'https://ailleurs.example/retour'))
      await actor.sees('Retour vers le service impossible', 'We cannot take you back to the service')
    },
  },
  {
    name: 'error-cookies-off',
    reach: async actor => {
      await actor.goTo('/mot-de-passe-oublie')
      await actor.page.context().clearCookies()
      await actor.fill({ nir: '2', email: 'x' })
      await actor.press('#send')
      await actor.sees('Les cookies sont désactivés', 'Cookies are turned off')
    },
  },
]
