import { type SegmentVerdict, verifyAudit } from '../audit/verify.ts'
import { auditChainOf } from '../foundations.ts'
import type { Command } from './command.ts'
import { withStores } from './compose.ts'

const verdictText = (verdict: SegmentVerdict): string => {
  switch (verdict.kind) {
    case 'intact':
      return `intact, ${verdict.count} events`
    case 'noCheckpoint':
      return `unaltered so far, ${verdict.count} events, not closed: still written, or its process died`
    case 'purged':
      return `purged with age, ${verdict.count} events; its checkpoint is good`
    case 'cut':
      return `CUT: events are missing from number ${verdict.at} on`
    case 'altered':
      return `ALTERED at event number ${verdict.at}`
    case 'checkpointAltered':
      return 'CHECKPOINT ALTERED, or made with a key that is not in the ring'
  }
}

const AUDIT_DETAILS = `Each process writes a segment a day. A segment taken away with its checkpoint is not seen: keep the list of\nsegments that this command prints (--json) elsewhere, and compare. One not closed is still written, or its process died.`

const damaged = new Set(['cut', 'altered', 'checkpointAltered'])

export const verifyAuditCommand: Command = {
  name: 'audit verify',
  summary: 'Reads the whole audit and says whether anything was changed or taken away; exit code 1 if so.',
  details: AUDIT_DETAILS,
  options: { json: { type: 'boolean', meaning: 'Prints one JSON object a segment.' } },
  run: (args, { out, env }) =>
    withStores(env, async ({ stores, configuration }) => {
      let segments = 0
      let wrong = 0
      for await (const { segment, verdict } of verifyAudit(stores.audit, configuration.keys.audit.map(auditChainOf))) {
        segments += 1
        if (damaged.has(verdict.kind)) wrong += 1
        out(
          args.flag('json') ? `${JSON.stringify({ segment, ...verdict })}\n` : `${segment}  ${verdictText(verdict)}\n`,
        )
      }
      if (!args.flag('json')) out(`${segments} segments, ${wrong} damaged.\n`)
      return wrong === 0 ? 0 : 1
    }),
}
