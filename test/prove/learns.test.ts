import { learns } from '../../scripts/prove/learns/learns.ts'
import { itHolds } from './short.ts'

itHolds(learns)
