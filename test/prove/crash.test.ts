import { crash } from '../../scripts/prove/crash/crash.ts'
import { itHolds } from './short.ts'

itHolds(crash)
