import { soak } from '../../scripts/prove/soak/soak.ts'
import { itHolds } from './short.ts'

itHolds(soak)
