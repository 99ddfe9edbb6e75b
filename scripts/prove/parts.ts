import { challenge } from './challenge/challenge.ts'
import { crash } from './crash/crash.ts'
import { failures } from './failures/failures.ts'
import { growth } from './growth/growth.ts'
import { input } from './input/input.ts'
import { learns } from './learns/learns.ts'
import { overload } from './overload/overload.ts'
import type { Part } from './part.ts'
import { races } from './races/races.ts'
import { soak } from './soak/soak.ts'
import { surface } from './surface/surface.ts'
import { taint } from './taint/taint.ts'
import { throttles } from './throttles/throttles.ts'

/** Every part, in the order in which they are run. */
export const parts: readonly Part[] = [
  races,
  learns,
  input,
  crash,
  failures,
  taint,
  surface,
  growth,
  soak,
  overload,
  throttles,
  challenge,
]
