import { productionSentences } from '../../src/config/production.ts'
import { listSettings, otherVariables, type Setting } from '../../src/config/settings.ts'

const cell = (text: string): string => text.replaceAll('|', '\\|')

const defaultOf = ({ meaning }: Setting): string => {
  if (meaning.requiredInProduction) return `**required in production**; else \`${String(meaning.development)}\``
  if (meaning.default === undefined) return 'none'
  return meaning.default.includes(' in ') ? meaning.default : `\`${meaning.default}\``
}

const row = (setting: Setting): string => {
  const { variable, path, meaning } = setting
  const unit = meaning.unit && meaning.unit !== 'duration' ? ` (${meaning.unit})` : ''
  return `| \`${variable}\`<br>\`${path}\` | ${cell(meaning.meaning)}${unit} | ${cell(defaultOf(setting))} | ${cell(meaning.expects)} |`
}

const groupOf = ({ steps }: Setting): string => (steps.length > 1 ? (steps[0] ?? '') : '')

const titles: { readonly [group: string]: string } = {
  '': 'The server and the site',
  mongo: 'MongoDB',
  redis: 'Redis',
  legalBasis: 'Legal basis',
  smtp: 'Mail server',
  mail: 'Mails',
  form: 'Sign-up form',
  passwords: 'Passwords',
  network: 'Volumes by network',
  session: 'Sessions',
  lifetime: 'Lifetimes',
  cases: 'Cases',
  retention: 'Retention',
}

const section = (group: string, settings: readonly Setting[]): string => {
  const title = titles[group]
  if (title === undefined) throw new Error(`the group of keys ${group} has no title`)
  return [
    `## ${title}`,
    '',
    '| variable, key of the file | meaning | default | expected |',
    '|---|---|---|---|',
    ...settings.map(row),
    '',
  ].join('\n')
}

/** The whole of docs/configuration.md. */
export const configurationPage = (): string => {
  const groups = Map.groupBy(listSettings(), groupOf)
  return `# Configuration

<!-- Made from src/config/schema.ts by scripts/docs/configuration.ts: change it there. -->

Guichet reads \`GUICHET_*\` variables, and the JSON file that \`GUICHET_CONFIG\` names, if any; variables win. In the file,
keys are grouped: \`session.idle\` is \`{"session": {"idle": "30 min"}}\`. An unknown or wrong key stops the start, with one
sentence for each. \`npm run guichet -- check\` says the same without starting. Examples are in \`config/\`.

Durations are written \`90 s\`, \`30 min\`, \`8 h\`, \`7 d\`, or as a number of seconds. An empty variable counts as absent.

| variable | meaning |
|---|---|
${otherVariables.map(({ name, meaning }) => `| \`${name}\` | ${cell(meaning)} |`).join('\n')}
| \`NODE_ENV\` | \`production\` for people's real data: see below. |

${[...groups].map(([group, settings]) => section(group, settings)).join('\n')}
## Keys

\`npm run guichet -- keys new\` writes the keys to \`keys.json\` of the data directory (or \`GUICHET_KEYS_FILE\`), mode 0600;
\`--print\` prints them, for \`GUICHET_KEYS\`. In development they are made at the first start. \`personal\`, \`lookup\`, \`vault\`
and \`audit\` are rings: the first key seals and signs, all of them open and verify; \`keys rotate <ring>\` adds one in front.
Where processes are restarted one after the other, \`personal\` and \`vault\` go in two steps, with a restart of them all after
each: \`keys rotate <ring> --next\` announces a key that opens but does not seal yet, \`--promote\` makes it seal. In one step, a
process that has not restarted cannot open what the others seal.
Once every process was restarted, \`keys reseal\` puts the accounts under the newest \`personal\` and \`lookup\` keys while servers run.
\`pairwise\` and \`index\` never rotate. \`signing\` holds private JWKs: the first of each algorithm signs, all are published;
\`keys rotate signing --next\`, then a day later \`--promote\`, then two days later \`keys retire signing <id>\`, with a restart
after each. A start with other keys than those that the data was begun with is refused. Keep a copy of the keys in a safe
place, apart from the backups of the data.

## Texts

The directory of \`GUICHET_TEXTS\` holds \`conditions\`, \`donnees-personnelles\`, \`mentions-legales\`, \`accessibilite\` and
\`aide\`, each as \`<name>.fr.md\` and, if it exists, \`<name>.en.md\`. Each begins with a front matter:

\`\`\`
---
version: 2026-03
---
# Title
\`\`\`

\`version\` of the terms is kept with each acceptance, along with the SHA-256 of the text; a new one is asked for at the next
sign-in. \`sample: true\` marks a sample. \`{name}\`, \`{operator}\` and \`{contact}\` stand for the configured ones. The markup is
\`#\`, \`##\`, \`###\`, lists, \`**bold**\` and \`[links](https://…)\`.

## In production

With \`NODE_ENV=production\` the start is also refused for:

${productionSentences.map(sentence => `- ${cell(sentence)}`).join('\n')}
- Sample texts, missing or weak keys, a file of keys that others may read.
`
}
