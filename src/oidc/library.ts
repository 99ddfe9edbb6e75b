/** The library's Provider, with what its configuration has no key for. */
import Provider, {
  type CanBePromise,
  type Configuration,
  type TokenEndpointGrantContext,
  type UnknownObject,
} from 'oidc-provider'
import type { ArtefactStore } from '../stores/contracts.ts'
import type { Answers } from './answering/answers.ts'
import { translatingAway } from './storage/away.ts'
import type { WrapGrant } from './tokens/handlers.ts'

type LibraryNeeds = {
  readonly wrapGrant: WrapGrant
  readonly answers: Pick<Answers, 'formPost'>
  readonly artefacts: ArtefactStore
}

/** Endpoints are the issuer's whatever the Host header says, and whatever stands in front. */
const pinToIssuer = (provider: Provider, issuer: string): void => {
  const { protocol, host, hostname, origin } = new URL(issuer)
  const pinned = { protocol: protocol.slice(0, -1), host, hostname, origin, secure: protocol === 'https:' }
  for (const [name, value] of Object.entries(pinned)) {
    Object.defineProperty(provider.request, name, { configurable: true, get: () => value })
  }
  Object.defineProperty(provider.request, 'href', {
    configurable: true,
    get(this: { readonly url: string }) {
      return origin + this.url
    },
  })
}

type ReplayDetection = { unique(iss: string, jti: string, exp: number): Promise<boolean> }

/** One step in the store, where the library reads and then writes. */
const detectReplaysAtomically = (provider: Provider, artefacts: ArtefactStore): void => {
  const detection = provider.ReplayDetection as unknown as ReplayDetection
  detection.unique = (iss, jti, exp) =>
    translatingAway(() => artefacts.unique(`${iss}\0${jti}`, new Date((exp + 60) * 1000)))
}

/**
 * While it is being built the library registers its own handlers through these two methods: the one place where they can be
 * wrapped without reaching into its files. Hence a class.
 */
export const makeLibrary = (
  issuer: string,
  configuration: Configuration,
  { wrapGrant, answers, artefacts }: LibraryNeeds,
): Provider => {
  class GuichetProvider extends Provider {
    override registerGrantType<Params extends object = UnknownObject>(
      name: string,
      handler: (ctx: TokenEndpointGrantContext<Params>) => CanBePromise<void>,
      params?: string | readonly string[] | ReadonlySet<string>,
      duplicates?: string | readonly string[] | ReadonlySet<string>,
    ): void {
      super.registerGrantType(name, wrapGrant(name, handler), params, duplicates)
    }

    override registerResponseMode(name: string, handler: Parameters<Provider['registerResponseMode']>[1]): void {
      super.registerResponseMode(name, name === 'form_post' ? answers.formPost : handler)
    }
  }

  const provider = new GuichetProvider(issuer, configuration)
  pinToIssuer(provider, issuer)
  detectReplaysAtomically(provider, artefacts)
  return provider
}
