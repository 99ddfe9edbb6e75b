import { parseTelephone, type TelephoneKind } from './telephone.ts'

/** A person's telephones in E.164. */
export type Telephones = { readonly landline?: string; readonly mobile?: string }
export type TelephoneField = 'landline' | 'mobile'

/** `kind` says what the number is, so that the page can say where it goes. */
export type TelephonesFault =
  | { readonly field: TelephoneField; readonly code: 'none' }
  | { readonly field: TelephoneField; readonly code: 'form' }
  | { readonly field: TelephoneField; readonly code: 'kind'; readonly kind: TelephoneField }

export type TelephonesParsed =
  | { readonly ok: true; readonly telephones: Telephones; readonly moved?: TelephoneField }
  | { readonly ok: false; readonly faults: readonly TelephonesFault[] }

type Answer =
  | { readonly is: 'empty' }
  | { readonly is: 'unreadable' }
  | { readonly is: 'number'; readonly e164: string; readonly kind: TelephoneKind }

const FIELDS = ['landline', 'mobile'] as const
const other = (field: TelephoneField): TelephoneField => (field === 'landline' ? 'mobile' : 'landline')

const read = (typed: string): Answer => {
  if (typed.replace(/[\p{White_Space}\p{Cf}]/gu, '') === '') return { is: 'empty' }
  const parsed = parseTelephone(typed)
  return parsed.ok ? { is: 'number', e164: parsed.e164, kind: parsed.kind } : { is: 'unreadable' }
}

/** The same number in both fields counts once, where it belongs. */
const withoutRepetition = (answers: Record<TelephoneField, Answer>): Record<TelephoneField, Answer> => {
  const { landline, mobile } = answers
  if (landline.is !== 'number' || mobile.is !== 'number' || landline.e164 !== mobile.e164) return answers
  return landline.kind === 'landline' ? { landline, mobile: { is: 'empty' } } : { landline: { is: 'empty' }, mobile }
}

const misplaced = (answers: Record<TelephoneField, Answer>, field: TelephoneField): boolean => {
  const answer = answers[field]
  return answer.is === 'number' && answer.kind === other(field)
}

const faultsOf = (answers: Record<TelephoneField, Answer>): readonly TelephonesFault[] =>
  FIELDS.flatMap((field): TelephonesFault[] => {
    if (answers[field].is === 'unreadable') return [{ field, code: 'form' }]
    const fits = !misplaced(answers, field) || answers[other(field)].is === 'empty'
    return fits ? [] : [{ field, code: 'kind', kind: other(field) }]
  })

/**
 * Both telephones of a form. When they are required, one of them is enough. One of the other kind goes to its own field when
 * that is empty: `moved` then names the field where it went.
 */
export const parseTelephones = (
  typed: { readonly landline: string; readonly mobile: string },
  requirement: 'required' | 'optional' = 'required',
): TelephonesParsed => {
  const answers = withoutRepetition({ landline: read(typed.landline), mobile: read(typed.mobile) })
  const faults = faultsOf(answers)
  if (faults.length > 0) return { ok: false, faults }

  const moving = FIELDS.find(field => misplaced(answers, field))
  const landline = moving ? answers.mobile : answers.landline
  const mobile = moving ? answers.landline : answers.mobile
  const telephones = {
    ...(landline.is === 'number' && { landline: landline.e164 }),
    ...(mobile.is === 'number' && { mobile: mobile.e164 }),
  }
  if (requirement === 'required' && Object.keys(telephones).length === 0) {
    return { ok: false, faults: [{ field: 'landline', code: 'none' }] }
  }
  return moving ? { ok: true, telephones, moved: other(moving) } : { ok: true, telephones }
}
