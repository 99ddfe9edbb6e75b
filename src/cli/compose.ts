/** What commands work on: the same store and keys as the server, which may be running beside them. */
import type { Environment } from '../config/load.ts'
import { type Configuration, requireConfiguration } from '../config/start.ts'
import { type Foundations, openFoundations } from '../foundations.ts'

export type Opened = Foundations & { readonly configuration: Configuration; readonly clock: () => Date }

/** Opens everything for one act, and closes it whatever comes of it. */
export const withStores = async <T>(env: Environment, act: (opened: Opened) => Promise<T>): Promise<T> => {
  const configuration = await requireConfiguration(env)
  const clock = () => new Date()
  const foundations = await openFoundations(configuration, clock)
  try {
    return await act({ ...foundations, configuration, clock })
  } finally {
    await foundations.stores.close()
  }
}
