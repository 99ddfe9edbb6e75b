import type { InteractionResults } from 'oidc-provider'
import type { InteractionAnswer, SignedIn } from '../contracts.ts'

const loginOf = ({ accountId, acr, amr, at }: SignedIn) => ({
  accountId,
  acr,
  amr: [...amr],
  ts: Math.floor(at.getTime() / 1000),
  // A browser-session cookie: shared computers are common.
  remember: false,
})

/** What the library reads on resuming. Each prompt that was asked for by name is resolved by a member of its name. */
export const resultOf = (answer: InteractionAnswer, prompt: string): InteractionResults => {
  switch (answer.kind) {
    case 'login':
      // Somebody who was led to sign up, or to choose an account, and signs in instead, has answered that too.
      return { login: loginOf(answer.signedIn), select_account: {}, ...(prompt === 'create' && { create: {} }) }
    case 'create':
      return { login: loginOf(answer.signedIn), select_account: {}, create: {} }
    case 'continue':
      return { select_account: {} }
    case 'caseSeen':
      return { case: {} }
    case 'termsAccepted':
      return { terms: {} }
    case 'consent':
      return { consent: {} }
    case 'unmet':
      return {
        error: 'unmet_authentication_requirements',
        error_description: 'who was authenticated is not who is signed in, or not at the level asked for',
      }
    case 'denied':
      return { error: 'access_denied', error_description: 'the person went back to the service' }
  }
}
