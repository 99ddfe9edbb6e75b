/** How the faults of values are said: from the codes of identity/ and protection/ to the texts of the locales. */
import type { AddressFault } from '../identity/address-form.ts'
import type { EmailFault } from '../identity/email.ts'
import type { NirFault } from '../identity/nir.ts'
import type { PersonNameFault } from '../identity/person-name.ts'
import type { TelephonesFault } from '../identity/telephones.ts'
import type { PasswordFault } from '../protection/password-policy.ts'
import type { Fault, SignUpField } from './views/models.ts'

export const birthNameFault = (code: PersonNameFault): Fault<'birthName'> => ({
  field: 'birthName',
  key: `fault.birthName.${code}`,
})

/** At sign-up, what is wrong with the key stands at the key's field. */
export const nirFault = (fault: NirFault): Fault<'nir' | 'nirKey'> => {
  switch (fault.code) {
    case 'empty':
      return { field: 'nir', key: 'fault.nir.empty' }
    case 'length':
      return { field: 'nir', key: 'fault.nir.length', params: { n: fault.typed } }
    case 'character':
      return { field: 'nir', key: 'fault.nir.letters' }
    case 'part':
      return { field: 'nir', key: `fault.nir.${fault.part}` }
    case 'keyEmpty':
      return { field: 'nirKey', key: 'fault.nirKey.empty' }
    case 'keyWrong':
      return { field: 'nirKey', key: 'fault.nirKey.wrong' }
    case 'specimen':
      return { field: 'nir', key: 'fault.nir.specimen' }
  }
}

/** Where there is one field for the number, with or without its key. */
export const nirOnlyFault = (fault: NirFault): Fault<'nir'> => {
  if (fault.code === 'length') return { field: 'nir', key: 'fault.nir.lengthAlone', params: { n: fault.typed } }
  const said = nirFault(fault)
  return said.field === 'nir' ? { ...said, field: 'nir' } : { field: 'nir', key: 'fault.nir.key' }
}

export const emailFault = (code: EmailFault): Fault<'email'> => ({ field: 'email', key: `fault.email.${code}` })

export const telephoneFault = (fault: TelephonesFault): Fault<'landline' | 'mobile'> => {
  const { field } = fault
  if (fault.code !== 'kind') return { field, key: `fault.telephone.${fault.code}` }
  return { field, key: fault.kind === 'mobile' ? 'fault.telephone.isMobile' : 'fault.telephone.isLandline' }
}

export const addressFault = (fault: AddressFault): Fault<SignUpField> => {
  const { field } = fault
  switch (fault.code) {
    case 'street':
      return { field, key: field === 'addressLine1' ? 'fault.address.line1' : 'fault.address.street' }
    case 'number':
      return { field, key: 'fault.address.number' }
    case 'postalCode':
      return { field, key: 'fault.postalCode.empty' }
    case 'city':
      return { field, key: 'fault.city.empty' }
    case 'list':
      return { field, key: field === 'country' ? 'fault.address.country' : 'fault.list' }
    case 'line':
      return { field, key: 'fault.address.line', params: { n: fault.length } }
  }
}

export const passwordFault = (fault: PasswordFault): Fault<'password'> => {
  switch (fault.code) {
    case 'rules':
      return { field: 'password', key: 'fault.password.rules', missing: fault.missing }
    case 'ownData':
      return { field: 'password', key: 'fault.password.own' }
    default:
      return { field: 'password', key: `fault.password.${fault.code}` }
  }
}
