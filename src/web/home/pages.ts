import type Router from '@koa/router'
import type { Interactions } from '../../oidc/contracts.ts'
import type { Desk } from '../kit/desk.ts'
import { PATHS } from '../views/models.ts'

/** `/`: what this is, « Je crée mon compte », « Se connecter ». */
export const homePages =
  ({ desk, interactions }: { readonly desk: Desk; readonly interactions: Pick<Interactions, 'session'> }) =>
  (router: Router): void => {
    router.get('/', async ctx => {
      const session = await interactions.session(ctx)
      const model = { signUpHref: PATHS.signUp, signInHref: PATHS.signIn }
      desk.show(ctx, 'home', model, { signedIn: session !== undefined })
    })
  }
