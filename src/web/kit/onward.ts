import type { ServiceView } from '../../oidc/contracts.ts'
import { PATHS } from '../views/models.ts'

/** The way on without a living request: to the service's own door when it is known, else to sign-in. */
export type Onward = (
  serviceId: string | undefined,
) => Promise<{ readonly href: string; readonly service: ServiceView | undefined }>

export const makeOnward =
  ({ serviceView }: { readonly serviceView: (id: string) => Promise<ServiceView | undefined> }): Onward =>
  async serviceId => {
    const service = serviceId ? await serviceView(serviceId) : undefined
    const href = service?.initiateLoginUri ?? service?.homePage
    return service && href ? { href, service } : { href: PATHS.signIn, service: undefined }
  }
