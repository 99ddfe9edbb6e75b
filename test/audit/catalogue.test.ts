import { describe, expect, it } from '@jest/globals'
import { sourceOf, sourcesBut } from '../builders/sources.ts'

const catalogue = sourceOf('audit/events.ts')
const body = catalogue.slice(catalogue.indexOf('AuditEvents = {'), catalogue.indexOf('export type AuditEventName'))

/** [event, [[field, type], …]] as the catalogue declares them. */
const events = [...body.matchAll(/'(\w+\.\w+)': \{([^}]*)\}/g)].map(
  ([, name = '', fields = '']) =>
    [
      name,
      [...fields.matchAll(/readonly (\w+)\??: ((?:(?!readonly \w+\??:)[^;}])+)/g)].map(
        ([, field = '', type = '']) => [field, type.trim()] as const,
      ),
    ] as const,
)

/** Fields that hold any text: random ids (of accounts, of cases), versions and codes, an operator's id of a provider; `reason` of an agent is held to a shape by the command line. */
const freeText = new Set([
  'account',
  'claimant',
  'holder',
  'case',
  'service',
  'actor',
  'version',
  'kind',
  'reason',
  'upstream',
])
const isCode = (type: string): boolean => /^(?:\| )?'\w+'(\s+\| '\w+')*$/.test(type)
const isHarmless = ([field, type]: readonly [string, string]): boolean =>
  isCode(type) ||
  type === 'boolean' ||
  (type === 'number' && field === 'count') ||
  (type === 'readonly string[]' && (field === 'scopes' || field === 'claims')) ||
  (type === 'string' && freeText.has(field))

/** Of journeys that are not there yet. */
const notYet = new Set(['consent.withdrawn'])

describe('the catalogue of audit events', () => {
  it('is read whole by this test', () => {
    expect(events.length).toBeGreaterThan(25)
    expect(events.length).toBe([...body.matchAll(/^ {2}'/gm)].length)
    for (const [, fields] of events) expect(fields.length).toBeGreaterThan(0)
  })

  it.each(events)('holds nothing personal: %s', (_, fields) => {
    expect(fields.filter(field => !isHarmless(field))).toEqual([])
  })

  it('would not let an address, a name or anything typed through', () => {
    expect(isHarmless(['email', 'string'])).toBe(false)
    expect(isHarmless(['network', 'string'])).toBe(false)
    expect(isHarmless(['name', "string | 'unknown'"])).toBe(false)
    expect(isHarmless(['nir', 'number'])).toBe(false)
  })

  it('has no event that nobody records', () => {
    const uses = sourcesBut('audit/events.ts')
    const unused = events.map(([name]) => name).filter(name => !uses.includes(`'${name}'`))
    expect(unused.filter(name => !notYet.has(name))).toEqual([])
  })
})
