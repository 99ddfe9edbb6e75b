/** Jest runs the TypeScript sources as ES modules; types are checked apart, by `npm run check:types`. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/var/', '<rootDir>/test-output/'],
  maxWorkers: 2,
  testTimeout: 30_000,
}
