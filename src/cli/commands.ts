import { accountCommands } from './accounts.ts'
import { verifyAuditCommand } from './audit.ts'
import { caseCommands } from './cases.ts'
import { check } from './check.ts'
import type { Command } from './command.ts'
import { listKeys, newKeys, retireKeys, rotateKeys } from './keys.ts'
import { resealKeys } from './keys-reseal.ts'
import {
  addService,
  disableService,
  enableService,
  listServices,
  removeService,
  rotateServiceSecret,
  showService,
  updateService,
} from './services.ts'
import { prepareStore } from './store.ts'
import { copyStore } from './store-copy.ts'

/** Every command, in the order of help. */
export const commands: readonly Command[] = [
  check,
  newKeys,
  listKeys,
  rotateKeys,
  resealKeys,
  retireKeys,
  addService,
  listServices,
  showService,
  updateService,
  rotateServiceSecret,
  disableService,
  enableService,
  removeService,
  ...accountCommands,
  ...caseCommands,
  verifyAuditCommand,
  prepareStore,
  copyStore,
]
