// Run by mongosh: joins the members of the replica set and makes its users. What is there already is left as it is.
const fs = require('node:fs')

const secret = name => fs.readFileSync(`${process.env.SECRETS ?? '/run/secrets'}/${name}`, 'utf8').trim()
const members = (process.env.MEMBERS ?? 'mongo-1:27017,mongo-2:27017,mongo-3:27017').split(',')
const rootPassword = secret('mongo-root-password')

// Before there is a user, whoever asks from this machine may do this; afterwards root alone.
const known = signIn()
if (!db.hello().setName) {
  // the first one is to be the primary: only from its own loopback can the first user be made
  const one = (host, _id) => ({ _id, host, priority: _id === 0 ? 2 : 1 })
  db.adminCommand({ replSetInitiate: { _id: 'guichet', members: members.map(one) } })
  print(`The replica set of ${members.join(', ')} is begun.`)
}
const isReady = () => db.hello().isWritablePrimary || (known && db.hello().primary !== undefined)
for (let tries = 0; !isReady(); tries += 1) {
  if (tries > 120) throw new Error('no primary was elected within 60 s: see the logs of the members')
  sleep(500)
}
if (!known) {
  db.getSiblingDB('admin').createUser({ user: 'root', pwd: rootPassword, roles: ['root'] })
  signIn()
  print('The user root is made.')
}
const guichet = db.getSiblingDB('guichet')
if (!guichet.getUser('guichet')) {
  guichet.createUser({ user: 'guichet', pwd: secret('mongo-guichet-password'), roles: ['readWrite', 'dbAdmin'] })
  print('The user guichet is made: it reads and writes the database guichet alone.')
}

function signIn() {
  try {
    return db.getSiblingDB('admin').auth('root', rootPassword).ok === 1
  } catch {
    return false
  }
}
