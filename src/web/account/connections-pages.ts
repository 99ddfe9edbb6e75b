import type Router from '@koa/router'
import type { Context } from 'koa'
import { isFrozen } from '../../accounts/frozen.ts'
import type { makeUnlink } from '../../accounts/linking/unlink.ts'
import type { makePersonReader } from '../../accounts/person.ts'
import type { FederatedIdentity } from '../../identity/person.ts'
import type { Interactions } from '../../oidc/contracts.ts'
import { ambientOf } from '../../operations/ambient.ts'
import type { Upstreams } from '../federation/upstreams.ts'
import type { Desk } from '../kit/desk.ts'
import { param } from '../kit/requests.ts'
import { type ConnectionsModel, PATHS } from '../views/models.ts'
import { makeOwnSession, type OwnSession } from './session.ts'

export type ConnectionsPageNeeds = {
  readonly desk: Desk
  readonly interactions: Pick<Interactions, 'session' | 'ownSignInUrl'>
  readonly upstreams: Upstreams
  readonly clock: () => Date
  readonly readPerson: ReturnType<typeof makePersonReader>
  readonly unlink: ReturnType<typeof makeUnlink>['unlink']
}

/** A former sub of the same person is theirs too: they see one way in for each upstream. */
const lastOfEach = (identities: readonly FederatedIdentity[] = []): readonly FederatedIdentity[] =>
  identities.filter((one, at) => identities.findLastIndex(({ upstream }) => upstream === one.upstream) === at)

/** `/compte/connexions`: what opens the account, and « Ne plus lier ». */
export const connectionsPages =
  (needs: ConnectionsPageNeeds) =>
  (router: Router): void => {
    const { desk, upstreams, readPerson, unlink } = needs
    const path = PATHS.connections
    const unlinkPath = `${path}/:upstream/delier`

    const { signedIn } = makeOwnSession(needs)

    const show = async (
      ctx: Context,
      { accountId, vouched }: OwnSession,
      notice?: ConnectionsModel['notice'],
      status = 200,
    ): Promise<void> => {
      const read = await readPerson(accountId)
      if (!read) throw new Error('the account of a session cannot be read')
      const { language } = ambientOf(ctx.req)
      const model: ConnectionsModel = {
        hasPassword: read.account.passwordHash !== undefined,
        identities: lastOfEach(read.person.identities).map(({ upstream, linkedAt }) => ({
          upstream,
          label: upstreams.label(upstream, language),
          linkedAt: new Date(linkedAt),
        })),
        ...(notice ? { notice } : {}),
        passwordHref: vouched || !read.account.passwordHash ? PATHS.ownPassword : PATHS.recovery,
        email: read.person.email,
        emailConfirmed: read.account.emailVerifiedAt !== undefined,
        frozen: isFrozen(read.account),
        emailHref: read.person.identities?.length ? PATHS.ownEmail : undefined,
        resendHref: `${PATHS.ownEmail}/renvoi`,
      }
      desk.show(ctx, 'connections', model, { signedIn: true, form: 'connections', path, status })
    }

    router.get(path, async ctx => {
      const session = await signedIn(ctx, 'connections')
      if (session) await show(ctx, session, ctx.query.courriel === undefined ? undefined : 'emailSent')
    })

    router.get(unlinkPath, async ctx => {
      if (!(await signedIn(ctx, 'connections'))) return
      const label = upstreams.label(param(ctx, 'upstream'), ambientOf(ctx.req).language)
      desk.show(ctx, 'unlink', { label, stayHref: path }, { signedIn: true, form: 'unlink' })
    })

    router.post(unlinkPath, async ctx => {
      const form = await desk.form(ctx, 'unlink')
      const session = form && (await signedIn(ctx, 'connections'))
      if (!session) return
      if (form.stale) return desk.redirect(ctx, path)
      const { kind } = await unlink(session.accountId, param(ctx, 'upstream'), ambientOf(ctx.req).requestId)
      if (kind === 'lastWayIn') return show(ctx, session, 'lastWayIn', 409)
      return show(ctx, session, kind === 'unlinked' ? 'unlinked' : undefined)
    })
  }
