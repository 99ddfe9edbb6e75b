import { taint } from '../../scripts/prove/taint/taint.ts'
import { itHolds } from './short.ts'

itHolds(taint)
