import type { PivotIdentity } from '../../identity/pivot-identity.ts'
import type { IdentityShown } from '../views/models.ts'

const dayOf = (birthdate: string): Date | undefined => {
  const day = new Date(`${birthdate}T12:00:00Z`)
  return Number.isNaN(day.getTime()) ? undefined : day
}

/** A verified civil status as its person reads it; a date whose day or month is not known is shown as it was sent. */
export const identityShown = (identity: PivotIdentity): IdentityShown => {
  const { rawBirthdate } = identity
  return {
    familyName: identity.familyName,
    givenNames: identity.givenNames.join(' '),
    usageName: identity.usageName,
    gender: identity.gender,
    birthdate: rawBirthdate && rawBirthdate !== identity.birthdate ? undefined : dayOf(identity.birthdate),
    birthdateSent: rawBirthdate ?? identity.birthdate,
    birthplace: identity.birthplace || undefined,
    birthcountry: identity.birthplace ? undefined : identity.birthcountry || undefined,
  }
}
