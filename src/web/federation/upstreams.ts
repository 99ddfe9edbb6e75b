import type { Context } from 'koa'
import type { Upstream } from '../../federation/upstream.ts'
import { ambientOf } from '../../operations/ambient.ts'
import type { Language } from '../../stores/contracts.ts'
import type { Upstream as UpstreamShown } from '../views/models.ts'

export const FEDERATION_PATHS = {
  /** Where an upstream sends the person back. */
  back: (upstream: string) => `/fournisseurs/${upstream}/retour`,
  /** Where it sends them once its own session is over. */
  out: (upstream: string) => `/fournisseurs/${upstream}/sortie`,
  /** The keys that upstreams encrypt to. */
  keys: '/fournisseurs/cles',
  begin: (uid: string, upstream: string) => `/connexion/${uid}/avec/${upstream}`,
  /** « Avez-vous déjà un compte ? » */
  question: (uid: string) => `/connexion/${uid}/deja-un-compte`,
  number: (uid: string) => `/connexion/${uid}/numero`,
  link: (uid: string) => `/connexion/${uid}/lier`,
  complete: (uid: string) => `/inscription/${uid}/completer`,
} as const

type Levels = readonly (readonly string[])[]

/** The upstreams of this site as pages offer them. */
export type Upstreams = {
  /** Their buttons: within a request, or to begin one. With levels asked for, those alone that vouch for them. */
  offered(ctx: Context, uid?: string, levels?: Levels): readonly UpstreamShown[]
  /** The lowest level of an upstream that meets what is asked for; undefined when it has none. */
  levelOf(id: string, levels: Levels): string | undefined
  label(id: string, language: Language): string
  has(id: string): boolean
}

export const makeUpstreams = (upstreams: readonly Pick<Upstream, 'id' | 'kind' | 'label' | 'acr'>[]): Upstreams => {
  const known = new Map(upstreams.map(upstream => [upstream.id, upstream]))
  const meets = (acr: string, levels: Levels) => levels.every(list => list.includes(acr))
  const levelOf: Upstreams['levelOf'] = (id, levels) => known.get(id)?.acr.find(acr => meets(acr, levels))
  return {
    levelOf,
    has: id => known.has(id),
    label: (id, language) => known.get(id)?.label[language] ?? id,
    offered: (ctx, uid, levels = []) => {
      const { language } = ambientOf(ctx.req)
      return upstreams
        .filter(({ id }) => levelOf(id, levels) !== undefined)
        .map(({ id, kind, label }) => ({
          id,
          kind,
          label: label[language],
          href: uid ? FEDERATION_PATHS.begin(uid, id) : `/connexion/avec/${id}`,
        }))
    },
  }
}
