import type { Say } from '../../common/language.ts'
import type { NoticeCode } from '../sessions.ts'
import type { Notice } from './home.ts'

/** What is said after an action of the signed-in page. */
export const noticeOf = (code: NoticeCode | undefined, say: Say): Notice | undefined => {
  switch (code) {
    case undefined:
      return undefined
    case 'refreshed':
      return {
        tone: 'done',
        text: say(
          "Les jetons sont neufs. L'ancien jeton de rafraîchissement ne sert plus.",
          'The tokens are new. The former refresh token is spent.',
        ),
      }
    case 'refreshRefused':
      return {
        tone: 'care',
        text: say(
          "Guichet n'accepte plus ce jeton de rafraîchissement : il a expiré, ou l'accord a été retiré. Connectez-vous de nouveau pour en obtenir un.",
          'Guichet no longer accepts this refresh token: it has expired, or the consent was withdrawn. Sign in again to get one.',
        ),
      }
    case 'noRefreshToken':
      return {
        tone: 'plain',
        text: say("Ce service n'a pas de jeton de rafraîchissement.", 'This service has no refresh token.'),
      }
    case 'userinfoRead':
      return { tone: 'done', text: say("Userinfo vient d'être relu.", 'Userinfo has just been read again.') }
    case 'userinfoRefused':
      return {
        tone: 'care',
        text: say(
          "Guichet n'accepte plus le jeton d'accès : il a expiré. Rafraîchissez les jetons.",
          'Guichet no longer accepts the access token: it has expired. Refresh the tokens.',
        ),
      }
  }
}

/** What is said when the provider answers with an error instead of a code. */
export const declinedTexts = (error: string, say: Say): { readonly title: string; readonly text: string } => {
  switch (error) {
    case 'access_denied':
      return {
        title: say('Vos informations restent chez vous', 'Your information stays with you'),
        text: say(
          "Vous avez choisi de ne pas continuer. Ce service n'a rien reçu. Vous pourrez recommencer quand vous voudrez.",
          'You chose not to go on. This service received nothing. You can start again whenever you like.',
        ),
      }
    case 'login_required':
    case 'consent_required':
    case 'interaction_required':
    case 'account_selection_required':
      return {
        title: say('Une connexion est nécessaire', 'Signing in is needed'),
        text: say(
          `Guichet ne peut pas répondre sans rien afficher (${error}). Connectez-vous pour continuer.`,
          `Guichet cannot answer without showing anything (${error}). Sign in to go on.`,
        ),
      }
    default:
      return {
        title: say("La connexion n'a pas abouti", 'Signing in did not succeed'),
        text: say(
          `Guichet a répondu « ${error} ». Cela ne vient pas de vous.`,
          `Guichet answered “${error}”. It is not your doing.`,
        ),
      }
  }
}
