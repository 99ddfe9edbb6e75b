/** Every kind that lasts, collection by collection. Holders are made anew from the accounts. */
import { randomBytes } from 'node:crypto'
import type { Model } from 'mongoose'
import type { AccountRecord, AccountStore, Consent, Job, ServiceRecord } from '../../contracts.ts'
import type { CaseRecord } from '../../contracts-cases.ts'
import type { LastingKinds } from '../../contracts-lasting.ts'
import { type AccountDocument, accountOf } from '../accounts/documents.ts'
import type { Segments } from '../audit/segments.ts'
import type { Ask } from '../away.ts'
import { type CaseDocument, documentOf as caseDocument, caseOf } from '../cases.ts'
import { type ConsentDocument, idOf as consentId, consentOf } from '../consents.ts'
import { schemaVersion } from '../documents.ts'
import { isWaiting, jobOf } from '../jobs/jobs.ts'
import type { JobDocument } from '../jobs/writer.ts'
import type { Models } from '../models.ts'
import { recordOf, type ServiceDocument, documentOf as serviceDocument } from '../services/documents.ts'
import { makeLastingEntries, makeLastingSegments } from './audit.ts'
import { inserting, makeKind } from './kind.ts'

type KindsNeeds = {
  readonly models: Models
  readonly accounts: Pick<AccountStore, 'import'>
  readonly segments: Pick<Segments, 'end'>
  readonly ask: Ask
}

/** A purge that died leaves accounts marked: they are there all the same. */
const gone = { hidden: { $in: ['erased', 'importing'] } } as const
const there = { hidden: { $nin: ['erased', 'importing'] } } as const

export const makeLastingKinds = ({ models, accounts, segments, ask }: KindsNeeds): LastingKinds => {
  const hiddenIn =
    <D>(model: Model<D>) =>
    (): Promise<number> =>
      ask(() => model.countDocuments({ hiddenAt: { $exists: true }, ...gone } as object))
  const { consents, cases, services, jobs } = models

  return {
    accounts: makeKind<AccountDocument, AccountRecord>({
      model: models.accounts,
      ask,
      idOf: ({ id }) => id,
      itemOf: accountOf,
      which: there,
      others: hiddenIn(models.accounts),
      put: accounts.import,
    }),

    consents: makeKind<ConsentDocument, Consent>({
      model: consents,
      ask,
      idOf: ({ accountId, serviceId }) => consentId(accountId, serviceId),
      itemOf: consentOf,
      which: there,
      others: hiddenIn(consents),
      put: inserting(consents, ask, consent => ({
        _id: consentId(consent.accountId, consent.serviceId),
        schemaVersion,
        ...consent,
      })),
    }),

    cases: makeKind<CaseDocument, CaseRecord>({
      model: cases,
      ask,
      idOf: ({ id }) => id,
      itemOf: caseOf,
      which: there,
      others: hiddenIn(cases),
      put: inserting(cases, ask, caseDocument),
    }),

    services: makeKind<ServiceDocument, ServiceRecord>({
      model: services,
      ask,
      idOf: ({ id }) => id,
      itemOf: recordOf,
      which: there,
      others: hiddenIn(services),
      put: inserting(services, ask, service => serviceDocument(service, randomBytes(9).toString('base64url'))),
    }),

    jobs: makeKind<JobDocument, Job>({
      model: jobs,
      ask,
      idOf: ({ id }) => id,
      itemOf: jobOf,
      which: isWaiting,
      others: () => ask(() => jobs.countDocuments({ doneAt: { $exists: true } })),
      put: inserting(jobs, ask, ({ id, ...job }) => ({ _id: id, schemaVersion, ...job })),
    }),

    entries: makeLastingEntries({ models, ask }),
    segments: makeLastingSegments({ models, segments, ask }),
  }
}
