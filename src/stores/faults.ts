/** The database was written by a newer Guichet: going on would damage it. */
export class StoreNewer extends Error {
  override readonly name = 'StoreNewer'
}

/** The store cannot be used at all; the message says what and how to mend it. */
export class StoreUnusable extends Error {
  override readonly name = 'StoreUnusable'
}
