/** A whole Guichet in a process of its own. */
import { serve } from './serving.ts'

await serve()
