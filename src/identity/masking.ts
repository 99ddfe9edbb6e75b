/** Contacts as an agent may see them: enough to recognise one that is told on the telephone, too little to use. */

const HIDDEN = '•••'

/** « claire@exemple.fr » → « c•••@e•••.fr ». */
export const maskEmail = (email: string): string => {
  const [local = '', domain = ''] = email.split('@')
  const end = domain.lastIndexOf('.')
  return `${[...local][0] ?? ''}${HIDDEN}@${[...domain][0] ?? ''}${HIDDEN}${end > 0 ? domain.slice(end) : ''}`
}

/** « +33612345678 » → « ••• 78 ». */
export const maskTelephone = (telephone: string): string => `${HIDDEN} ${telephone.slice(-2)}`
