import { races } from '../../scripts/prove/races/races.ts'
import { itHolds } from './short.ts'

itHolds(races)
