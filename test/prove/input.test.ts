import { input } from '../../scripts/prove/input/input.ts'
import { itHolds } from './short.ts'

itHolds(input)
