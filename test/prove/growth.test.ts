import { growth } from '../../scripts/prove/growth/growth.ts'
import { itHolds } from './short.ts'

itHolds(growth)
