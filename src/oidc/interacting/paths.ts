import type { PromptName } from '../contracts.ts'

const PATHS: { readonly [prompt in PromptName]: (uid: string) => string } = {
  create: uid => `/inscription/${uid}`,
  select_account: uid => `/connexion/${uid}/continuer`,
  login: uid => `/connexion/${uid}`,
  case: uid => `/connexion/${uid}/dossier`,
  terms: uid => `/connexion/${uid}/conditions`,
  consent: uid => `/autorisation/${uid}`,
}

export const isPromptName = (name: string): name is PromptName => Object.hasOwn(PATHS, name)

/** Where a button leads whose request was answered at that very moment by another press of it: the page knows that it was pressed. */
export const pressedAgain = (uid: string): string => `${PATHS.login(uid)}?encore`

/** Where the page of an interaction is. */
export const pathOf = (prompt: string, uid: string): string => {
  if (!isPromptName(prompt)) throw new Error(`an interaction for the prompt « ${prompt} », which has no page`)
  return PATHS[prompt](uid)
}
