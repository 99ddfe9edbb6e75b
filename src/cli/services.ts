import { secondsOf } from '../config/values.ts'
import { makeServices, type ServiceChanges, type Services } from '../services/services.ts'
import type { ServiceRecord } from '../stores/contracts.ts'
import { actorOf, actorOption } from './actor.ts'
import { type Arguments, type Command, type Terminal, UsageError } from './command.ts'
import { type Opened, withStores } from './compose.ts'
import { changesAsked, clearedField, faultTexts, serviceOptions } from './service-options.ts'
import { serviceJson, serviceLine, serviceText } from './service-shown.ts'

const json = { type: 'boolean', meaning: 'Prints JSON. Run npm with --silent to get nothing else.' } as const

const withServices = <T>(env: Terminal['env'], act: (services: Services, opened: Opened) => Promise<T>): Promise<T> =>
  withStores(env, opened => {
    const { stores, audit, clock } = opened
    return act(
      makeServices({ services: stores.services, audit, clock, endService: id => stores.artefacts.endService(id) }),
      opened,
    )
  })

const unknownService = ({ err }: Terminal, id: string): number => {
  err(`There is no service ${id}; « services list » shows those that exist.\n`)
  return 1
}

const told = ({ out }: Terminal, args: Arguments, shown: object, text: string): number => {
  out(args.flag('json') ? `${JSON.stringify(shown)}\n` : text)
  return 0
}

const secretText = (secret: string | undefined): string =>
  secret === undefined ? '' : `secret  ${secret}\n\nThe secret is shown this once: give it to the service now.\n`

const discovery = (issuer: string): string => `${issuer}/.well-known/openid-configuration`

export const addService: Command = {
  name: 'services add',
  summary: 'Registers a service; prints its id and its secret, once.',
  options: {
    ...serviceOptions,
    id: { type: 'string', value: 'id', meaning: 'Its id; drawn at random by default.' },
    ...actorOption,
    json,
  },
  run(args, terminal) {
    const { name, redirectUris, ...rest } = changesAsked(args)
    const id = args.text('id')
    if (name === undefined) throw new UsageError('--name is expected: the name that people are shown.')
    const actor = actorOf(args)
    const asked = { ...rest, name, redirectUris: redirectUris ?? [], ...(id === undefined ? {} : { id }) }
    return withServices(terminal.env, async (services, { configuration }) => {
      const added = await services.add(asked as Parameters<Services['add']>[0], actor)
      if (added.kind === 'refused') throw new UsageError(faultTexts(added.faults))
      const { service, secret } = added
      const { issuer } = configuration.config
      const shown = { ...serviceJson(service), secret: secret ?? null, issuer, discovery: discovery(issuer) }
      const text = `id      ${service.id}\n${secretText(secret)}\nDiscovery: ${discovery(issuer)}\n`
      return told(terminal, args, shown, text)
    })
  },
}

export const listServices: Command = {
  name: 'services list',
  summary: 'Lists the services.',
  options: { json },
  run: (args, terminal) =>
    withServices(terminal.env, async services => {
      const list = await services.list()
      const text = list.length === 0 ? 'No service is registered.\n' : list.map(serviceLine).join('')
      return told(terminal, args, list.map(serviceJson), text)
    }),
}

export const showService: Command = {
  name: 'services show',
  summary: 'Shows one service.',
  positionals: ['id'],
  options: { json },
  run: (args, terminal) =>
    withServices(terminal.env, async services => {
      const service = await services.show(args.positional(0))
      if (!service) return unknownService(terminal, args.positional(0))
      return told(terminal, args, serviceJson(service), serviceText(service))
    }),
}

export const updateService: Command = {
  name: 'services update',
  summary: 'Changes a service; what is not given stays as it is.',
  details:
    'A list that is given takes the place of the former one. --no-public, --no-native and --no-first-party undo these.',
  positionals: ['id'],
  options: {
    ...serviceOptions,
    clear: { type: 'string', multiple: true, value: 'option', meaning: 'Takes what this option gave away.' },
    ...actorOption,
    json,
  },
  run(args, terminal) {
    const cleared = (args.texts('clear') ?? []).map(option => [clearedField(option), undefined] as const)
    const changes: ServiceChanges = { ...Object.fromEntries(cleared), ...changesAsked(args) }
    if (Object.keys(changes).length === 0) throw new UsageError('At least one change is expected; --help shows them.')
    const actor = actorOf(args)
    const id = args.positional(0)
    return withServices(terminal.env, async services => {
      const changed = await services.change(id, changes, actor)
      if (changed.kind === 'gone') return unknownService(terminal, id)
      if (changed.kind === 'refused') throw new UsageError(faultTexts(changed.faults))
      const shown = { ...serviceJson(changed.service), ...(changed.secret ? { secret: changed.secret } : {}) }
      return told(terminal, args, shown, `${serviceText(changed.service)}${secretText(changed.secret)}`)
    })
  },
}

export const rotateServiceSecret: Command = {
  name: 'services rotate-secret',
  summary: 'Gives a service a new secret; prints it, once.',
  positionals: ['id'],
  options: {
    'keep-former': {
      type: 'string',
      value: 'duration',
      meaning: 'How long the former secret still works (« 24 h », « 7 d », « 0 »); as configured by default.',
    },
    ...actorOption,
    json,
  },
  run(args, terminal) {
    const given = args.text('keep-former')
    const asked = given === undefined ? undefined : secondsOf(given)
    if (Number.isNaN(asked)) throw new UsageError('--keep-former expected a duration such as « 24 h ».')
    const actor = actorOf(args)
    const id = args.positional(0)
    return withServices(terminal.env, async (services, { configuration }) => {
      const keep = asked ?? configuration.config.lifetime.formerSecret
      const rotated = await services.rotateSecret(id, keep, actor)
      if (rotated.kind === 'gone') return unknownService(terminal, id)
      if (rotated.kind === 'refused') throw new UsageError(faultTexts(rotated.faults))
      const { secret, formerUntil } = rotated
      const former = formerUntil
        ? `The former one works until ${formerUntil.toISOString()}.`
        : 'The former one is dead.'
      return told(terminal, args, { id, secret, formerUntil: formerUntil ?? null }, `${secretText(secret)}${former}\n`)
    })
  },
}

const switching = (verb: 'disable' | 'enable', summary: string): Command => ({
  name: `services ${verb}`,
  summary,
  positionals: ['id'],
  options: { ...actorOption, json },
  run: (args, terminal) => {
    const actor = actorOf(args)
    const id = args.positional(0)
    return withServices(terminal.env, async services => {
      const changed = await services[verb](id, actor)
      if (changed.kind === 'gone') return unknownService(terminal, id)
      return told(terminal, args, shownStatus(changed.service), `${id} is ${changed.service.status}.\n`)
    })
  },
})

const shownStatus = ({ id, status }: ServiceRecord) => ({ id, status })

export const disableService = switching('disable', 'Stops a service: its tokens are refused at once.')
export const enableService = switching('enable', 'Lets a disabled service work again.')

export const removeService: Command = {
  name: 'services remove',
  summary: 'Removes a service for ever, with its tokens.',
  positionals: ['id'],
  options: { ...actorOption, json },
  run: (args, terminal) => {
    const actor = actorOf(args)
    const id = args.positional(0)
    return withServices(terminal.env, async services => {
      const removed = await services.remove(id, actor)
      if (removed.kind === 'gone') return unknownService(terminal, id)
      return told(terminal, args, { id, removed: true }, `${id} is removed.\n`)
    })
  },
}
