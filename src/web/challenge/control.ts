import type { Context } from 'koa'
import { ambientOf } from '../../operations/ambient.ts'
import { countNetwork, standingOfNetwork } from '../../protection/by-network.ts'
import type { Challenges } from '../../protection/challenge/challenge.ts'
import { limits } from '../../protection/limits.ts'
import type { Lookup } from '../../protection/vault.ts'
import type { ThrottleStore } from '../../stores/contracts.ts'
import type { SentForm } from '../kit/desk.ts'
import { waitUntil } from '../kit/wait.ts'
import type { ChallengeView, Fault } from '../views/models.ts'

export type ChallengeFault = Fault<'challenge'>

/** The control against robots as forms use it: shown, judged, spent. */
export type Control = {
  /** false with GUICHET_CHALLENGE=none: nothing is ever asked. */
  readonly asks: boolean
  /** What the form shows next: passed, or a new challenge. */
  view(
    ctx: Context,
    formId: string,
    wish: { readonly audio: boolean; readonly rounds?: number },
  ): Promise<ChallengeView>
  /** Judges what a form answered. undefined: passed, now or lately. */
  judge(ctx: Context, form: SentForm): Promise<ChallengeFault | undefined>
  /** Uses the pass up, once. */
  spend(formId: string): Promise<boolean>
}

/** « Version sonore » stays chosen until the person goes back to the pictures. */
export const wantsAudio = (fields: SentForm['fields']): boolean => {
  if (fields.action === 'audio') return true
  return fields.action !== 'picture' && fields.challengeMode === 'audio'
}

export const makeControl = ({
  challenges,
  throttles,
  lookup,
  clock,
  none,
  crowdedAbove,
  signInsAnHour = limits.signInNetwork.policy.max,
}: {
  readonly challenges: Challenges
  readonly throttles: Pick<ThrottleStore, 'count' | 'peek'>
  readonly lookup: Pick<Lookup, 'throttleKey'>
  readonly clock: () => Date
  /** GUICHET_CHALLENGE=none: nothing is shown. */
  readonly none: boolean
  /** Sign-ups of one network in an hour beyond which its challenges have two rounds. */
  readonly crowdedAbove: number
  /** Sign-ins that the operator allows one network in an hour: its people must be shown a challenge for each. */
  readonly signInsAnHour?: number
}): Control => {
  const { policy } = limits.challengeDrawn
  const drawn = { ...policy, max: Math.max(policy.max, Math.ceil((2 * signInsAnHour * policy.window) / 3600)) }
  const counting = { throttles, lookup }

  /** Many wrong answers, or many sign-ups, from one network. */
  const suspicious = async (ctx: Context): Promise<boolean> => {
    const now = clock()
    const { network } = ambientOf(ctx.req)
    const [wrong, signUps] = await Promise.all([
      standingOfNetwork(counting, 'challengeAttempts', network, now),
      standingOfNetwork(counting, 'signUpNetwork', network, now),
    ])
    return wrong >= limits.challengeAttempts.policy.max || signUps > crowdedAbove
  }

  return {
    asks: !none,

    view: async (ctx, formId, { audio, rounds = 1 }) => {
      if (none) return { kind: 'none' }
      if (await challenges.passed({ form: formId })) return { kind: 'passed' }
      const { network } = ambientOf(ctx.req)
      const turn = await countNetwork(counting, 'challengeDrawn', network, drawn, clock())
      if (!turn.granted) {
        return { kind: 'tooMany', wait: waitUntil(turn.until, clock()) }
      }
      const { language } = ambientOf(ctx.req)
      const mode = audio ? 'audio' : 'picture'
      const issued = await challenges.issue({
        form: formId,
        mode,
        language,
        rounds: (await suspicious(ctx)) ? 2 : rounds,
      })
      if (issued.mode === 'audio') return { kind: 'audio', id: issued.id, audioHref: `/controle/${issued.id}.wav` }
      const pictures = issued.pictures.map(n => ({ value: String(n), href: `/controle/${issued.id}/${n}.png` }))
      return { kind: 'picture', id: issued.id, object: issued.name, pictures }
    },

    judge: async (ctx, { formId, fields }) => {
      if (none || (await challenges.passed({ form: formId }))) return undefined
      const audio = fields.challengeMode === 'audio'
      const given = { id: fields.challengeId ?? '', form: formId, response: fields.challenge ?? '' }
      const outcome = await challenges.answer(given)
      switch (outcome.kind) {
        case 'passed':
          return undefined
        case 'missing':
          return { field: 'challenge', key: audio ? 'fault.challenge.noDigits' : 'fault.challenge.none' }
        case 'again':
          return { field: 'challenge', key: 'fault.challenge.next' }
        case 'expired':
          return { field: 'challenge', key: 'fault.challenge.expired' }
        case 'wrong':
          await countNetwork(
            counting,
            'challengeAttempts',
            ambientOf(ctx.req).network,
            limits.challengeAttempts.policy,
            clock(),
          )
          return { field: 'challenge', key: audio ? 'fault.challenge.audio' : 'fault.challenge.picture' }
      }
    },

    spend: async formId => none || (await challenges.spend({ form: formId })),
  }
}
