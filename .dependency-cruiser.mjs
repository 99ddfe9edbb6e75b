/** Imports point inwards: web, oidc, federation → accounts, services → identity. `npm run check:imports` holds it. */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

export default {
  forbidden: [
    forbid('no-circular', 'A cycle hides who decides.', {}, { circular: true }),
    forbid(
      'identity-is-pure',
      'identity/ holds values without I/O and knows nobody.',
      { path: '^src/identity/' },
      { path: '^src/(?!identity/)' },
    ),
    forbid(
      'only-oidc-imports-the-provider',
      'oidc-provider stays behind oidc/.',
      { path: '^src/(?!oidc/)' },
      { path: 'node_modules/(@types/)?oidc-provider' },
    ),
    forbid(
      'only-stores-import-drivers',
      'Drivers stay behind stores/.',
      { path: '^src/(?!stores/)' },
      { path: '^(node:)?sqlite$|node_modules/(mongoose|ioredis)/' },
    ),
    forbid(
      'stores-are-chosen-by-app',
      'Only foundations.ts, which app.ts and the command line stand on, knows which store runs.',
      { path: '^src/(?!stores/|foundations\\.ts)' },
      { path: '^src/stores/(?!contracts)' },
    ),
    forbid(
      'inwards-accounts',
      'accounts/ and services/ know no page, protocol nor store.',
      { path: '^src/(accounts|services)/' },
      {
        path: '^src/(web|oidc|federation|stores/(?!contracts)|mail/transport|demo|cli|app\\.ts|foundations\\.ts|start\\.ts|serve\\.ts)',
      },
    ),
    forbid(
      'federation-speaks-to-upstreams-alone',
      'federation/ knows no page, store nor account: what it brings back, others make something of.',
      { path: '^src/federation/' },
      { path: '^src/(?!federation/|identity/|operations/|audit/events\\.ts)' },
    ),
    forbid(
      'protection-knows-no-page',
      'protection/, mail/, audit/ and operations/ serve; they do not call.',
      { path: '^src/(protection|audit|operations)/' },
      { path: '^src/(web|oidc|federation|accounts|services|demo|cli|app\\.ts|foundations\\.ts|start\\.ts|serve\\.ts)' },
    ),
    forbid(
      'demo-is-apart',
      'Nothing of demo/ is reachable from the server.',
      { path: '^src/(?!demo/)' },
      { path: '^src/demo/' },
    ),
    forbid(
      'no-test-in-src',
      'src/ never imports tests, nor a development dependency.',
      { path: '^src/(?!demo/)' },
      { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@types/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
