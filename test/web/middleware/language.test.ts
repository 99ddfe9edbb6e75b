import { describe, expect, it } from '@jest/globals'
import { languageOf } from '../../../src/web/middleware/language.ts'

describe('the language of a page', () => {
  it.each([
    ['fr', 'en', 'fr'],
    ['en', 'fr', 'en'],
    ['de', 'en', 'en'],
    [undefined, undefined, 'fr'],
    [undefined, '', 'fr'],
    [undefined, 'en-GB,en;q=0.9', 'en'],
    [undefined, 'de-DE, de;q=0.9, en;q=0.8, fr;q=0.7', 'en'],
    [undefined, 'en;q=0.2,fr-CA;q=0.8', 'fr'],
    [undefined, 'fr, en', 'fr'],
    [undefined, 'EN', 'en'],
    [undefined, 'en;q=0', 'fr'],
    [undefined, 'de, *', 'fr'],
    [undefined, 'es', 'fr'],
    [undefined, 'frr, enm', 'fr'],
    [undefined, 'en;q=much', 'fr'],
    [undefined, `${'de,'.repeat(5000)}en`, 'fr'],
  ] as const)('remembered %s, accepted %s: %s', (remembered, accepted, language) => {
    expect(languageOf(remembered, accepted)).toBe(language)
  })
})
