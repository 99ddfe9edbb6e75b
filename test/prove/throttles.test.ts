import { throttles } from '../../scripts/prove/throttles/throttles.ts'
import { itHolds } from './short.ts'

itHolds(throttles)
