/** A store's contracts, opened beside the servers, with the keys that they use. */
import { type Configuration, requireConfiguration } from '../../../../src/config/start.ts'
import { type Foundations, openFoundations } from '../../../../src/foundations.ts'

export type OpenedContracts = Foundations & { readonly configuration: Configuration }

export const openContracts = async (settings: { readonly [name: string]: string }): Promise<OpenedContracts> => {
  const configuration = await requireConfiguration(settings)
  return { ...(await openFoundations(configuration, () => new Date())), configuration }
}
