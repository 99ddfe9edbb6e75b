import { StartError } from '../operations/errors.ts'

/** Throws under NODE_ENV=production. Every factory of demo/ calls it first: nothing here is fit for real people. */
export const refuseInProduction = (environment: NodeJS.ProcessEnv = process.env): void => {
  if (environment.NODE_ENV !== 'production') return
  throw new StartError(
    'The demonstration refuses to start with NODE_ENV=production. Start the server alone: node src/main.ts',
  )
}
