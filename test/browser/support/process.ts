/** One process of the Guichet that people come to, its time moved with that of the tests. */
import { serve } from '../../../scripts/prove/world/serving.ts'
import { moveClock } from './clock.ts'

await serve({ answers: async () => ({ moveClock }) })
