import { addressShapes } from './address.ts'
import { bodyShapes } from './bodies.ts'
import { cookieShapes } from './cookies.ts'
import { everywhereShapes } from './everywhere.ts'
import { fieldShapes } from './fields.ts'
import { framingShapes } from './framing.ts'
import { headerShapes } from './headers.ts'
import { protocolShapes } from './protocol.ts'
import type { Shape } from './shape.ts'
import { tokenShapes } from './tokens.ts'
import { wireShapes } from './wire.ts'

export const shapes: readonly Shape[] = [
  ...addressShapes,
  ...everywhereShapes,
  ...bodyShapes,
  ...fieldShapes,
  ...cookieShapes,
  ...headerShapes,
  ...framingShapes,
  ...wireShapes,
  ...protocolShapes,
  ...tokenShapes,
]
