/** What of a text on the part a person may choose; the rest follows from the case. */
export type TextWish = {
  /** The case's pseudonym, or the trace id of the model as it was made. */
  readonly id: 'case' | 'model'
  readonly rows: 'several' | 'one'
  readonly revision: number
}
export const TEXT_WISH = { id: 'case', rows: 'several', revision: 1 } as const satisfies TextWish
