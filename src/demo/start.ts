import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { announce } from './announce.ts'
import type { DemoLog } from './common/log.ts'
import { writePrivateFile } from './common/private-files.ts'
import { refuseInProduction } from './guard.ts'
import { makeMailbox } from './mailbox/mailbox.ts'
import { type DemoPerson, readyMadePerson } from './people.ts'
import { type SampleServiceMetadata, sampleServiceMetadata } from './service/metadata.ts'
import { makeSampleService } from './service/sample-service.ts'

export type ServiceCredentials = { readonly clientId: string; readonly clientSecret: string }

export type StartDemoNeeds = {
  readonly issuer: string
  readonly ports: { readonly service: number; readonly mailbox: number; readonly smtp: number }
  /** The demonstration's own directory, `var/demo`. */
  readonly dataDir: string
  /** Starts the provider, once there is a server to send its mails to. Left out when it runs already. */
  readonly startProvider?: (given: { readonly smtpUrl: string }) => Promise<void>
  /** Registers the sample service. Gives `known` back as long as it is still good, so that a restart registers nothing. */
  readonly registerService: (
    metadata: SampleServiceMetadata,
    known: ServiceCredentials | undefined,
  ) => Promise<ServiceCredentials>
  /** Makes the person's account, unless it is there. */
  readonly seedPerson: (person: DemoPerson) => Promise<void>
  readonly log: DemoLog
  readonly out: { write(text: string): unknown; readonly isTTY?: boolean }
}

export type Demo = {
  readonly serviceUrl: string
  readonly mailboxUrl: string
  readonly smtpUrl: string
  stop(): Promise<void>
}

const credentialsFile = z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) })

const readCredentials = async (path: string): Promise<ServiceCredentials | undefined> => {
  try {
    return credentialsFile.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return undefined // missing or damaged: the service is registered anew
  }
}

const startService = async (needs: StartDemoNeeds): Promise<{ url: string; stop(): Promise<void> }> => {
  const path = join(needs.dataDir, 'service.json')
  const metadata = sampleServiceMetadata(`http://localhost:${needs.ports.service}`)
  const known = await readCredentials(path)
  const credentials = await needs.registerService(metadata, known)
  if (credentials.clientId !== known?.clientId || credentials.clientSecret !== known.clientSecret) {
    await writePrivateFile(path, `${JSON.stringify(credentials, null, 2)}\n`)
  }
  const service = makeSampleService({ issuer: needs.issuer, ...credentials, port: needs.ports.service, log: needs.log })
  await service.start()
  return service
}

/** Starts the mailbox, the provider, the ready-made person and the sample service, in that order, then says where to go. */
export const startDemo = async (needs: StartDemoNeeds): Promise<Demo> => {
  refuseInProduction()
  const { ports, dataDir, log } = needs
  const mailbox = makeMailbox({ port: ports.mailbox, smtpPort: ports.smtp, dataDir, log })
  const { url: mailboxUrl, smtpUrl } = await mailbox.start()
  try {
    await needs.startProvider?.({ smtpUrl })
    await needs.seedPerson(readyMadePerson)
    const service = await startService(needs)
    announce({ issuer: needs.issuer, serviceUrl: service.url, mailboxUrl }, needs.out)
    return {
      serviceUrl: service.url,
      mailboxUrl,
      smtpUrl,
      stop: async () => {
        await Promise.all([service.stop(), mailbox.stop()])
      },
    }
  } catch (fault) {
    await mailbox.stop()
    throw fault
  }
}
