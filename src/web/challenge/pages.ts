import type Router from '@koa/router'
import type { Context } from 'koa'
import type { Challenges, Served } from '../../protection/challenge/challenge.ts'
import type { Desk } from '../kit/desk.ts'
import { closePage } from '../kit/headers.ts'
import { serveBytes } from '../kit/ranges.ts'
import { param } from '../kit/requests.ts'

const BUSY_SECONDS = 2

/** The pictures and recordings of a challenge, drawn for each request. */
export const challengePages =
  ({ desk, challenges }: { readonly desk: Desk; readonly challenges: Pick<Challenges, 'picture' | 'audio'> }) =>
  (router: Router): void => {
    const serve = (ctx: Context, served: Served, type: string): void => {
      if (served.kind === 'gone') return desk.error(ctx, 'NOT_FOUND')
      if (served.kind === 'busy') return desk.error(ctx, 'BUSY', { waitSeconds: BUSY_SECONDS })
      closePage(ctx)
      ctx.type = type
      serveBytes(ctx, served.bytes)
    }

    router.get('/controle/:id/:number.png', async ctx => {
      serve(ctx, await challenges.picture(param(ctx, 'id'), Number(param(ctx, 'number'))), 'image/png')
    })
    router.get('/controle/:id.wav', async ctx => {
      serve(ctx, await challenges.audio(param(ctx, 'id')), 'audio/wav')
    })
  }
