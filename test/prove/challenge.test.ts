import { challenge } from '../../scripts/prove/challenge/challenge.ts'
import { itHolds } from './short.ts'

itHolds(challenge)
