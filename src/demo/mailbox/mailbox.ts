import { join } from 'node:path'
import Router from '@koa/router'
import type { Context } from 'koa'
import { directoryFault } from '../../operations/errors.ts'
import { makeDemoApp } from '../common/app.ts'
import { languageOf } from '../common/language.ts'
import { type Listening, serveHttp } from '../common/listening.ts'
import type { DemoLog } from '../common/log.ts'
import { refuseInProduction } from '../guard.ts'
import { newsScript } from './news.ts'
import { listPage, mailboxSite, messageFrame, messageFramePolicy, messagePage } from './pages.ts'
import { makeSmtp } from './smtp.ts'
import { type Message, type MessageStore, makeMessageStore } from './store.ts'

export type MailboxNeeds = {
  /** The page's port; 0 takes a free one. */
  readonly port: number
  readonly smtpPort: number
  /** The demonstration's directory; messages are kept in its `mailbox/`. */
  readonly dataDir: string
  readonly host?: '127.0.0.1'
  readonly log: DemoLog
}

export type Mailbox = {
  start(): Promise<{ readonly url: string; readonly smtpUrl: string }>
  stop(): Promise<void>
  /** What was received, newest first. */
  messages(): readonly Message[]
}

const routes = (store: MessageStore): Router => {
  const router = new Router()
  const messageAt = (ctx: Context & { params: Record<string, string> }): Message => {
    const message = store.byId(ctx.params.id ?? '')
    return message ?? ctx.throw(404)
  }
  router.get('/', ctx => {
    ctx.type = 'html'
    ctx.body = listPage(languageOf(ctx), store.all())
  })
  router.get('/newest', ctx => {
    ctx.type = 'text'
    ctx.body = store.all()[0]?.id ?? ''
  })
  router.get('/news.js', ctx => {
    ctx.type = 'js'
    ctx.body = newsScript
  })
  router.get('/messages/:id', ctx => {
    ctx.type = 'html'
    ctx.body = messagePage(languageOf(ctx), messageAt(ctx), ctx.query.vue === 'html' ? 'html' : 'text')
  })
  router.get('/messages/:id/html', ctx => {
    ctx.type = 'html'
    ctx.set('Content-Security-Policy', messageFramePolicy)
    ctx.body = messageFrame(messageAt(ctx))
  })
  router.post('/vider', async ctx => {
    await store.clear()
    ctx.status = 303
    ctx.redirect('/')
  })
  return router
}

/** A mailbox to try the mails with: SMTP in, pages out, both on the loopback; messages survive a restart. */
export const makeMailbox = ({ port, smtpPort, dataDir, host = '127.0.0.1', log }: MailboxNeeds): Mailbox => {
  refuseInProduction()
  const store = makeMessageStore(join(dataDir, 'mailbox'))
  const smtp = makeSmtp(store, smtpPort, host, log)
  const app = makeDemoApp({ site: mailboxSite.name, label: mailboxSite.label, log })
  app.use(routes(store).routes())
  let page: Listening | undefined

  return {
    async start() {
      await store.open().catch((fault: unknown) => {
        throw directoryFault(fault, { dataDir })
      })
      page = await serveHttp(app.callback(), port, host)
      const smtpTaken = await smtp.start().catch(async (fault: unknown) => {
        await page?.close()
        throw fault
      })
      return { url: `http://localhost:${page.port}`, smtpUrl: `smtp://${host}:${smtpTaken}` }
    },
    async stop() {
      await Promise.all([page?.close(), smtp.stop()])
    },
    messages: () => store.all(),
  }
}
