/** What can be wrong in a registration. `expected` is said to administrators, in English: it ends « expected … ». */
export type ServiceFaultCode =
  | 'required'
  | 'format'
  | 'scheme'
  | 'fragment'
  | 'wildcard'
  | 'unknown'
  | 'forbidden'
  | 'conflict'

export type ServiceField =
  | 'id'
  | 'name'
  | 'redirectUris'
  | 'homePage'
  | 'initiateLoginUri'
  | 'postLogoutRedirectUris'
  | 'backchannelLogoutUri'
  | 'logoUri'
  | 'policyUri'
  | 'public'
  | 'native'
  | 'scopes'
  | 'authMethod'
  | 'jwks'
  | 'jwksUri'
  | 'sector'
  | 'subjectType'
  | 'pkce'
  | 'idTokenAlg'
  | 'userinfoAlg'
  | 'responseTypes'
  | 'grantTypes'
  | 'keepFormerSeconds'

export type ServiceFault = {
  readonly field: ServiceField
  readonly code: ServiceFaultCode
  /** The value at fault, when one of several is. */
  readonly value?: string
  readonly expected: string
}

export const fault = (
  field: ServiceField,
  code: ServiceFaultCode,
  expected: string,
  value?: string,
): readonly ServiceFault[] => [{ field, code, expected, ...(value !== undefined && { value }) }]
