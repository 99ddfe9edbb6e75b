import { describe } from '@jest/globals'
import { federationStates } from './states/federation.ts'
import { lookAt } from './states/state.ts'

describe('how signing in by an upstream provider looks', () => {
  lookAt(federationStates, {}, { franceConnect: true })
})
