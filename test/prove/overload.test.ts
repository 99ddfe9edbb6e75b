import { overload } from '../../scripts/prove/overload/overload.ts'
import { itHolds } from './short.ts'

itHolds(overload)
