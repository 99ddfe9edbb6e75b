import { join } from 'node:path'
import { announce } from './announce.ts'
import type { DemoLog } from './common/log.ts'
import { readCredentials, type ServiceCredentials, writeCredentials } from './credentials.ts'
import { type FranceConnectAccess, serveFranceConnect } from './france-connect/serve.ts'
import { refuseInProduction } from './guard.ts'
import { makeMailbox } from './mailbox/mailbox.ts'
import { type DemoPerson, readyMadePerson } from './people.ts'
import { type SampleServiceMetadata, sampleServiceMetadata } from './service/metadata.ts'
import { makeSampleService } from './service/sample-service.ts'

export type { ServiceCredentials } from './credentials.ts'

export type StartDemoNeeds = {
  readonly issuer: string
  readonly ports: {
    readonly service: number
    readonly mailbox: number
    readonly smtp: number
    readonly franceConnect: number
  }
  /** The demonstration's own directory, `var/demo`. */
  readonly dataDir: string
  /** Starts the provider, once there are a server to send its mails to and a FranceConnect. Left out when it runs already. */
  readonly startProvider?: (given: {
    readonly smtpUrl: string
    readonly franceConnect: FranceConnectAccess
  }) => Promise<void>
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
  readonly franceConnect: FranceConnectAccess
  stop(): Promise<void>
}

const startService = async (needs: StartDemoNeeds): Promise<{ url: string; stop(): Promise<void> }> => {
  const path = join(needs.dataDir, 'service.json')
  const metadata = sampleServiceMetadata(`http://localhost:${needs.ports.service}`)
  const known = await readCredentials(path)
  const credentials = await needs.registerService(metadata, known)
  if (credentials.clientId !== known?.clientId || credentials.clientSecret !== known.clientSecret) {
    await writeCredentials(path, credentials)
  }
  const service = makeSampleService({ issuer: needs.issuer, ...credentials, port: needs.ports.service, log: needs.log })
  await service.start()
  return service
}

type Stoppable = { stop(): Promise<void> }

/** Starts the mailbox, FranceConnect, the provider, the ready-made person and the sample service, in that order, then says where to go. */
export const startDemo = async (needs: StartDemoNeeds): Promise<Demo> => {
  refuseInProduction()
  const { issuer, ports, dataDir, log } = needs
  const started: Stoppable[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(started.map(part => part.stop()))
  }
  try {
    const mailbox = makeMailbox({ port: ports.mailbox, smtpPort: ports.smtp, dataDir, log })
    const { url: mailboxUrl, smtpUrl } = await mailbox.start()
    started.push(mailbox)
    const simulator = await serveFranceConnect({ guichet: issuer, port: ports.franceConnect, dataDir, log })
    started.push(simulator)
    const { access: franceConnect, url: franceConnectUrl } = simulator
    await needs.startProvider?.({ smtpUrl, franceConnect })
    await needs.seedPerson(readyMadePerson)
    const service = await startService(needs)
    started.push(service)
    announce({ issuer, serviceUrl: service.url, mailboxUrl, franceConnectUrl }, needs.out)
    return { serviceUrl: service.url, mailboxUrl, smtpUrl, franceConnect, stop }
  } catch (fault) {
    await stop()
    throw fault
  }
}
