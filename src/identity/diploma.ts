/** The levels of the French framework (décret 2019-14), « Non renseigné » first: the answer by default. */
export const DIPLOMAS = [
  { code: 'NONE', label: { fr: 'Non renseigné', en: 'Not given' } },
  {
    code: 'NO_DIPLOMA',
    label: { fr: 'Sans diplôme, ou brevet des collèges', en: 'No diploma, or lower secondary certificate' },
  },
  { code: 'LEVEL_3', label: { fr: 'CAP, BEP (niveau 3)', en: 'CAP, BEP: vocational certificate (level 3)' } },
  {
    code: 'LEVEL_4',
    label: {
      fr: 'Baccalauréat, brevet professionnel (niveau 4)',
      en: 'Baccalauréat: upper secondary diploma (level 4)',
    },
  },
  {
    code: 'LEVEL_5',
    label: { fr: 'BTS, DUT, DEUG (niveau 5)', en: 'BTS, DUT, DEUG: two years of higher education (level 5)' },
  },
  { code: 'LEVEL_6', label: { fr: 'Licence, BUT, maîtrise (niveau 6)', en: "Bachelor's degree (level 6)" } },
  {
    code: 'LEVEL_7',
    label: { fr: "Master, diplôme d'ingénieur (niveau 7)", en: "Master's degree, engineering degree (level 7)" },
  },
  { code: 'LEVEL_8', label: { fr: 'Doctorat (niveau 8)', en: 'Doctorate (level 8)' } },
] as const

export type DiplomaCode = (typeof DIPLOMAS)[number]['code']

/** The code chosen in the list; nothing chosen is « Non renseigné »; undefined for what is not in the list. */
export const parseDiploma = (typed: string): DiplomaCode | undefined => {
  if (typed === '') return 'NONE'
  return DIPLOMAS.find(diploma => diploma.code === typed)?.code
}
