/** What the sample service asks for: enough to show each standard claim that Guichet holds, and a refresh token. */
export const sampleScope = 'openid profile email phone address offline_access'

export const samplePaths = {
  home: '/',
  signIn: '/connexion',
  signUp: '/inscription',
  callback: '/retour',
  space: '/mon-espace',
  refresh: '/mon-espace/jetons',
  userinfo: '/mon-espace/userinfo',
  signOut: '/deconnexion',
  signedOut: '/deconnecte',
  backchannelLogout: '/backchannel-logout',
} as const

export type SampleServiceMetadata = {
  readonly name: string
  readonly homePage: string
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris: readonly string[]
  readonly backchannelLogoutUri: string
  readonly initiateLoginUri: string
  readonly scope: string
  readonly authMethod: 'client_secret_basic'
  readonly grantTypes: readonly ['authorization_code', 'refresh_token']
  readonly responseTypes: readonly ['code']
  readonly pkce: 'required'
}

/** What to register the sample service with, given the address that it is served at. */
export const sampleServiceMetadata = (url: string): SampleServiceMetadata => {
  const at = (path: string): string => new URL(path, url).href
  return {
    name: 'Mes démarches',
    homePage: at(samplePaths.home),
    redirectUris: [at(samplePaths.callback)],
    postLogoutRedirectUris: [at(samplePaths.signedOut)],
    backchannelLogoutUri: at(samplePaths.backchannelLogout),
    initiateLoginUri: at(samplePaths.signIn),
    scope: sampleScope,
    authMethod: 'client_secret_basic',
    grantTypes: ['authorization_code', 'refresh_token'],
    responseTypes: ['code'],
    pkce: 'required',
  }
}
