import { describe } from '@jest/globals'
import { challengeStates } from './states/sign-up.ts'
import { lookAt } from './states/state.ts'

describe('how the control against robots looks', () => {
  lookAt(challengeStates, { GUICHET_CHALLENGE: 'picture', GUICHET_NETWORK_SIGN_IN_CHALLENGE: '1' })
})
