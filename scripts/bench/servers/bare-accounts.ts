/** An account as plainly as MongoDB gives one: a document by its id. */
import { Mongoose } from 'mongoose'

export type BareAccounts = { find(id: string): Promise<boolean> }

export const openBareAccounts = async (url: string, ids: readonly string[]): Promise<BareAccounts> => {
  const connection = await new Mongoose().createConnection(url).asPromise()
  const accounts = connection.collection<{ _id: string; email: string }>('bare_accounts')
  for (const _id of ids) {
    await accounts.updateOne({ _id }, { $set: { email: `${_id}@exemple.fr`, since: new Date() } }, { upsert: true })
  }
  return { find: async id => (await accounts.findOne({ _id: id })) !== null }
}
