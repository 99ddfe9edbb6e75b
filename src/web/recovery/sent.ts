import { PATHS } from '../views/models.ts'

/** The neutral answers, each at an address of its own: shown again or in the other language, they send nothing. */
export const SENT_PATHS = { recovery: `${PATHS.recovery}/envoye`, resend: '/inscription/renvoi/envoye' } as const
