import type Router from '@koa/router'
import type { Context } from 'koa'
import type { makeUnlink } from '../../accounts/linking/unlink.ts'
import type { makePersonReader } from '../../accounts/person.ts'
import type { Interactions } from '../../oidc/contracts.ts'
import { ambientOf } from '../../operations/ambient.ts'
import type { Upstreams } from '../federation/upstreams.ts'
import type { Desk } from '../kit/desk.ts'
import { param } from '../kit/requests.ts'
import { type ConnectionsModel, PATHS } from '../views/models.ts'

export type ConnectionsPageNeeds = {
  readonly desk: Desk
  readonly interactions: Pick<Interactions, 'session' | 'ownSignInUrl'>
  readonly upstreams: Upstreams
  readonly readPerson: ReturnType<typeof makePersonReader>
  readonly unlink: ReturnType<typeof makeUnlink>['unlink']
}

/** `/compte/connexions`: what opens the account, and « Ne plus lier ». */
export const connectionsPages =
  ({ desk, interactions, upstreams, readPerson, unlink }: ConnectionsPageNeeds) =>
  (router: Router): void => {
    const path = PATHS.connections
    const unlinkPath = `${path}/:upstream/delier`

    /** Whoever is signed in; the others sign in first, and come back here. */
    const signedIn = async (ctx: Context): Promise<string | undefined> => {
      const session = await interactions.session(ctx)
      if (!session) desk.redirect(ctx, interactions.ownSignInUrl({ next: 'connections' }))
      return session?.accountId
    }

    const show = async (
      ctx: Context,
      accountId: string,
      notice?: ConnectionsModel['notice'],
      status = 200,
    ): Promise<void> => {
      const read = await readPerson(accountId)
      if (!read) throw new Error('the account of a session cannot be read')
      const { language } = ambientOf(ctx.req)
      const model: ConnectionsModel = {
        hasPassword: read.account.passwordHash !== undefined,
        identities: (read.person.identities ?? []).map(({ upstream, linkedAt }) => ({
          upstream,
          label: upstreams.label(upstream, language),
          linkedAt: new Date(linkedAt),
        })),
        ...(notice ? { notice } : {}),
        recoveryHref: PATHS.recovery,
      }
      desk.show(ctx, 'connections', model, { signedIn: true, path, status })
    }

    router.get(path, async ctx => {
      const accountId = await signedIn(ctx)
      if (accountId) await show(ctx, accountId)
    })

    router.get(unlinkPath, async ctx => {
      const accountId = await signedIn(ctx)
      if (!accountId) return
      const label = upstreams.label(param(ctx, 'upstream'), ambientOf(ctx.req).language)
      desk.show(ctx, 'unlink', { label, stayHref: path }, { signedIn: true, form: 'unlink' })
    })

    router.post(unlinkPath, async ctx => {
      const form = await desk.form(ctx, 'unlink')
      const accountId = form && (await signedIn(ctx))
      if (!accountId) return
      if (form.stale) return desk.redirect(ctx, path)
      const { kind } = await unlink(accountId, param(ctx, 'upstream'), ambientOf(ctx.req).requestId)
      if (kind === 'lastWayIn') return show(ctx, accountId, 'lastWayIn', 409)
      return show(ctx, accountId, kind === 'unlinked' ? 'unlinked' : undefined)
    })
  }
