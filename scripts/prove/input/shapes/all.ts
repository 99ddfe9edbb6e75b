import { addressShapes } from './address.ts'
import { cookieShapes } from './cookies.ts'
import { formShapes } from './form.ts'
import { headerShapes } from './headers.ts'
import { protocolShapes } from './protocol.ts'
import type { Shape } from './shape.ts'
import { wireShapes } from './wire.ts'

export const shapes: readonly Shape[] = [
  ...addressShapes,
  ...formShapes,
  ...cookieShapes,
  ...headerShapes,
  ...wireShapes,
  ...protocolShapes,
]
