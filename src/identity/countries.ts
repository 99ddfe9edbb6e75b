/**
 * ISO 3166-1 and Kosovo's XK, apart from France and what shares its postcodes: an address there is a French one.
 */
export const COUNTRIES: readonly string[] = (
  'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI ' +
  'CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO GA GB GD GE GG GH GI GL GM GN GQ GR GS ' +
  'GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT ' +
  'LU LV LY MA MC MD ME MG MH MK ML MM MN MO MP MR MS MT MU MV MW MX MY MZ NA NE NF NG NI NL NO NP NR NU NZ OM PA PE PG PH PK PL PN ' +
  'PR PS PT PW PY QA RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TG TH TJ TK TL TM TN TO TR TT ' +
  'TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WS XK YE ZA ZM ZW'
).split(' ')

export type CountryChoice = { readonly code: string; readonly label: string }
type Language = 'fr' | 'en'

const names = {
  fr: new Intl.DisplayNames('fr', { type: 'region' }),
  en: new Intl.DisplayNames('en', { type: 'region' }),
}
const lists = new Map<Language, readonly CountryChoice[]>()

/** The name of a country in the language of a page. FR has one too. */
export const countryName = (code: string, language: Language): string =>
  (names[language].of(code) ?? code).replaceAll('’', "'")

/** The countries of foreign addresses, in the alphabetical order of the language. */
export const countriesIn = (language: Language): readonly CountryChoice[] => {
  const known = lists.get(language)
  if (known) return known
  const collator = new Intl.Collator(language)
  const list = COUNTRIES.map(code => ({ code, label: countryName(code, language) })).sort((a, b) =>
    collator.compare(a.label, b.label),
  )
  lists.set(language, list)
  return list
}
