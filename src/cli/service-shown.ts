/** How a service is shown: never a secret, nor its hash. */
import type { ServiceRecord } from '../stores/contracts.ts'

/** For --json. */
export const serviceJson = ({
  id,
  status,
  firstParty,
  sector,
  metadata,
  secrets,
  createdAt,
  updatedAt,
}: ServiceRecord) => ({
  id,
  status,
  name: metadata.client_name,
  firstParty,
  sector,
  metadata,
  secrets: secrets.map(secret => ({ createdAt: secret.createdAt, expiresAt: secret.expiresAt ?? null })),
  createdAt,
  updatedAt,
})

const valueText = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(String).join('\n'.padEnd(37))
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** For a terminal: one member a line. */
export const serviceText = (service: ServiceRecord): string => {
  const { metadata, secrets, ...shown } = serviceJson(service)
  const rows: readonly (readonly [string, unknown])[] = [
    ['id', shown.id],
    ['status', shown.status],
    ['first party', shown.firstParty],
    ['sector', shown.sector],
    ...Object.entries(metadata),
    ['created', shown.createdAt.toISOString()],
    ['changed', shown.updatedAt.toISOString()],
    ...secrets.map(
      ({ createdAt, expiresAt }) =>
        [
          'secret',
          `of ${createdAt.toISOString()}${expiresAt ? `, valid until ${expiresAt.toISOString()}` : ''}`,
        ] as const,
    ),
  ]
  return rows.map(([name, value]) => `${name.padEnd(36)}${valueText(value)}\n`).join('')
}

/** One line of the list. */
export const serviceLine = ({ id, status, metadata }: ServiceRecord): string =>
  `${id.padEnd(24)}  ${status.padEnd(8)}  ${valueText(metadata.client_name)}\n`
