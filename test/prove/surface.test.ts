import { surface } from '../../scripts/prove/surface/surface.ts'
import { itHolds } from './short.ts'

itHolds(surface)
