import { REPETITION_INDEXES } from '../../identity/address.ts'
import { countriesIn } from '../../identity/countries.ts'
import { DIPLOMAS } from '../../identity/diploma.ts'
import { STREET_TYPES } from '../../identity/street-types.ts'
import type { Language } from '../../stores/contracts.ts'
import type { SignUpModel } from '../views/models.ts'

type Options = SignUpModel['options']

const optionsIn = (language: Language): Options => {
  const none = { value: '', label: language === 'fr' ? 'Aucun' : 'None' }
  return {
    repetitionIndexes: [none, ...REPETITION_INDEXES.map(index => ({ value: index, label: index }))],
    streetTypes: [none, ...STREET_TYPES.map(type => ({ value: type.code, label: type.label }))],
    countries: countriesIn(language).map(country => ({ value: country.code, label: country.label })),
    diplomas: DIPLOMAS.map(diploma => ({ value: diploma.code, label: diploma.label[language] })),
  }
}

/** The lists of the form, made once for each language. */
export const makeOptions = (): Readonly<Record<Language, Options>> => ({ fr: optionsIn('fr'), en: optionsIn('en') })
