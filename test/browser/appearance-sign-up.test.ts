import { describe } from '@jest/globals'
import { activationStates } from './states/links.ts'
import { correctedMailbox, signUpStates } from './states/sign-up.ts'
import { lookAt } from './states/state.ts'

describe('how signing up and activating look, to everybody and to everything that reads pages', () => {
  lookAt([...signUpStates, correctedMailbox, ...activationStates])
})
