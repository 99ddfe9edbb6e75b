/** What commands work on: the same store and keys as the server, which may be running beside them. */
import type { Environment } from '../config/load.ts'
import { type Configuration, requireConfiguration } from '../config/start.ts'
import { type Foundations, openFoundations, openToCopy } from '../foundations.ts'
import type { LastingStore } from '../stores/contracts-lasting.ts'

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

type CopyEnds = { readonly from: Parameters<typeof openToCopy>[1]; readonly to: Parameters<typeof openToCopy>[1] }
export type OpenedToCopy = {
  readonly source: LastingStore
  readonly target: LastingStore
  readonly configuration: Configuration
  readonly clock: () => Date
}

/** Opens two stores of one configuration for a copy, and closes them whatever comes of it. */
export const withBothStores = async <T>(
  env: Environment,
  { from, to }: CopyEnds,
  act: (opened: OpenedToCopy) => Promise<T>,
): Promise<T> => {
  const configuration = await requireConfiguration(env)
  const clock = () => new Date()
  const source = await openToCopy(configuration, from, clock)
  try {
    const target = await openToCopy(configuration, to, clock)
    try {
      return await act({ source, target, configuration, clock })
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}
