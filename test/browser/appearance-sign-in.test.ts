import { describe } from '@jest/globals'
import { errors, information } from './states/information.ts'
import { recoveryStates } from './states/links.ts'
import { signInStates } from './states/sign-in.ts'
import { lookAt } from './states/state.ts'

describe('how signing in, recovering and being told something look', () => {
  lookAt([...information, ...signInStates, ...recoveryStates, ...errors])
})
