import type { App } from '../app.ts'
import { makeAudit } from '../audit/log.ts'
import { hashSecret } from '../services/secrets.ts'
import { makeServices } from '../services/services.ts'
import type { SampleServiceMetadata } from './service/metadata.ts'
import type { ServiceCredentials } from './start.ts'

const ACTOR = 'demo'

/** Registers the sample service as an administrator would; one that is known and stands is left as it is. */
export const registerSampleService = async (
  { stores }: App,
  metadata: SampleServiceMetadata,
  known: ServiceCredentials | undefined,
): Promise<ServiceCredentials> => {
  const clock = () => new Date()
  const services = makeServices({
    services: stores.services,
    audit: makeAudit({ store: stores.audit, clock }),
    clock,
    endService: id => stores.artefacts.endService(id),
  })
  const standing = known && (await services.show(known.clientId))
  if (known && standing?.secrets.some(({ hash }) => hash === hashSecret(known.clientSecret))) return known
  const { scope, ...asked } = metadata
  const added = await services.add({ ...asked, scopes: scope.split(' ') }, ACTOR)
  if (added.kind === 'refused') {
    throw new Error(`the sample service cannot be registered: ${added.faults.map(fault => fault.field).join(', ')}`)
  }
  return { clientId: added.service.id, clientSecret: added.secret ?? '' }
}
