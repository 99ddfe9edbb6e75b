/** Builders of configuration values: each reads text (a variable) or JSON (the file), and knows what it expects. */
import { z } from 'zod'
import { parseTrustedProxies, type TrustedProxies } from '../protection/network.ts'

export type Meaning = {
  readonly meaning: string
  /** Ends the sentence « … : expected … ». Never holds a value. */
  readonly expects: string
  readonly unit?: string
  /** As written in the documentation. */
  readonly default?: string
  /** Taken when nothing is given, outside production only. */
  readonly development?: unknown
  readonly requiredInProduction?: boolean
  /** The variable's name when it does not follow from the path. */
  readonly variable?: string
}

/** What is known of each value of the schema beyond its type. */
export const meanings = z.registry<Meaning>()

export const about = <S extends z.ZodType>(schema: S, meaning: Meaning): S => {
  meanings.add(schema, meaning)
  return schema
}

/** A whole number between bounds, included. */
export const whole = (
  meaning: string,
  { min, max, value, unit }: { min: number; max: number; value: number; unit?: string },
) =>
  about(
    z
      .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
      .pipe(z.int().min(min).max(max))
      .default(value),
    { meaning, expects: `a whole number from ${min} to ${max}`, default: String(value), ...(unit ? { unit } : {}) },
  )

const second = 1
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const factors: { readonly [unit: string]: number } = { s: second, min: minute, h: hour, d: day }

/** Seconds of a duration written « 30 min », « 8 h », « 7 d », « 90 s » or « 90 ». NaN when it is none. */
export const secondsOf = (text: string): number => {
  const [, digits, unit = 's'] = /^(\d{1,9}) ?(s|min|h|d)?$/.exec(text.trim()) ?? []
  return digits === undefined ? Number.NaN : Number(digits) * (factors[unit] ?? Number.NaN)
}

/** The shortest way to write a duration. */
export const durationText = (seconds: number): string => {
  const [unit = 's', factor = 1] =
    Object.entries(factors)
      .reverse()
      .find(([, size]) => seconds !== 0 && seconds % size === 0) ?? []
  return `${seconds / factor} ${unit}`
}

/** A duration between bounds, included; given as text with its unit, or a number of seconds. Read as seconds. */
export const duration = (
  meaning: string,
  { min, max, value }: { min: string; max: string; value: string },
  more: Partial<Meaning> = {},
) =>
  about(
    z
      .union([z.number(), z.string().transform(secondsOf)])
      .pipe(z.int().min(secondsOf(min)).max(secondsOf(max)))
      .default(secondsOf(value)),
    {
      meaning,
      expects: `a duration from ${min} to ${max}, such as « ${value} »`,
      unit: 'duration',
      default: value,
      ...more,
    },
  )

export const flag = (meaning: string, value: boolean, more: Partial<Meaning> = {}) =>
  about(z.union([z.boolean(), z.enum(['true', 'false']).transform(text => text === 'true')]).default(value), {
    meaning,
    expects: 'true or false',
    default: String(value),
    ...more,
  })

export const choice = <const T extends readonly [string, ...string[]]>(meaning: string, values: T, value: T[number]) =>
  about(z.enum(values).default(value as z.output<z.ZodEnum<{ [K in T[number]]: K }>>), {
    meaning,
    expects: values.length === 1 ? `« ${value} »` : `one of: ${values.join(', ')}`,
    default: value,
  })

/** A line of text without control characters. */
const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u)

export const textLine = (meaning: string, max: number, value: string) =>
  about(line(max).default(value), { meaning, expects: `one line of at most ${max} characters`, default: value })

export const optionalLine = (meaning: string, max: number) =>
  about(line(max).optional(), { meaning, expects: `one line of at most ${max} characters` })

export const lineInProduction = (meaning: string, max: number, development: string, example: string) =>
  about(line(max), {
    meaning,
    expects: `one line of at most ${max} characters, such as « ${example} »`,
    development,
    requiredInProduction: true,
  })

export const optionalPath = (meaning: string, more: Partial<Meaning> = {}) =>
  about(line(4096).optional(), { meaning, expects: 'the path of a file', ...more })

export const proxies = (meaning: string) =>
  about(
    z
      .union([z.string(), z.number()])
      .transform((given, context): TrustedProxies => {
        const parsed = parseTrustedProxies(String(given))
        if (parsed) return parsed
        context.addIssue('not proxies')
        return z.NEVER
      })
      .default({ kind: 'none' }),
    {
      meaning,
      expects: 'a number of proxies (0 to 99), or networks such as « 10.0.0.0/8, fd00::/8 » or « loopback »',
      default: '0',
    },
  )
