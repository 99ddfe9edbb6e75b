/**
 * States that were divided, united or renamed since their people were born: INSEE gave them other codes, and a birth may bear
 * either. Source: INSEE's list of countries and territories, with its former ones.
 */
const RENAMED: ReadonlySet<string> = new Set([
  '99109', // Germany
  '99110', // Austria, with those of its empire
  '99112', // Hungary
  '99114', // Romania
  '99115', // Czechoslovakia
  '99116', // Czechia
  '99117', // Slovakia
  '99118', // Bosnia and Herzegovina
  '99119', // Croatia
  '99120', // Montenegro
  '99121', // Serbia, formerly Yugoslavia
  '99122', // Poland
  '99123', // Russia, formerly the USSR
  '99106', // Estonia
  '99107', // Latvia
  '99108', // Lithuania
  '99141', // German Democratic Republic
  '99142', // Federal Republic of Germany
  '99145', // Slovenia
  '99148', // Belarus
  '99151', // Moldova
  '99155', // Ukraine
  '99156', // North Macedonia
  '99157', // Kosovo
  '99207', // Israel
  '99208', // Turkey
  '99213', // Pakistan
  '99223', // India, with its former counters
  '99234', // Cambodia
  '99241', // Laos
  '99242', // Viet Nam (South)
  '99243', // Viet Nam
  '99246', // Bangladesh
  '99251', // Yemen
  '99252', // Armenia
  '99253', // Azerbaijan
  '99254', // Cyprus
  '99255', // Georgia
  '99256', // Kazakhstan
  '99257', // Kyrgyzstan
  '99258', // Uzbekistan
  '99259', // Tajikistan
  '99260', // Turkmenistan
  '99261', // Palestine
  '99312', // Congo, Democratic Republic of
  '99315', // Ethiopia
  '99317', // Eritrea
  '99324', // Congo
  '99343', // Sudan
  '99349', // South Sudan
  '99397', // Comoros
  '99399', // Djibouti
  '99514', // Vanuatu
])

export const wasRenamed = (country: string): boolean => RENAMED.has(country)
