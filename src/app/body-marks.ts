import { hasFields, isAbsentOr, isFlag, isListOf, isNullOr, isNumber, isOneOf, isText } from '../core/shape.ts'
import type { LandingBlock } from '../prepare/marks/ticket.ts'
import type { TicketBlock } from '../print/ticket.ts'
import type { MarksOnPart } from '../qa/checks/side-and-id.ts'

/** What stands on a body to be read or to be gripped; kept with the body, so that undo takes both away. */
export type BodyMarks = {
  /** Null: nothing is written on it. */
  readonly text: MarksOnPart | null
  /** As designed, where they lie now. */
  readonly blocks: readonly LandingBlock[]
}

export const NO_MARKS: BodyMarks = { text: null, blocks: [] }

const isSide = isOneOf(['left', 'right', 'none'])
const isPoint = isListOf(isNumber)
export const isBodyMarks = hasFields({
  text: isNullOr(
    hasFields({
      textHeightMm: isNullOr(isNumber),
      hasSide: isFlag,
      hasId: isFlag,
      sides: isAbsentOr(isListOf(isSide)),
    }),
  ),
  blocks: isListOf(hasFields({ id: isText, atLps: isPoint, axes: isListOf(isPoint), sizeMm: isPoint })),
})

/** With one more text or code: the lowest text counts. */
export function alsoWritten(before: BodyMarks, { textHeightMm, hasSide, hasId, sides = [] }: MarksOnPart): BodyMarks {
  const heights = [before.text?.textHeightMm, textHeightMm].filter((mm) => typeof mm === 'number')
  const said = [...new Set([...(before.text?.sides ?? []), ...sides])]
  const text: MarksOnPart = {
    textHeightMm: heights.length === 0 ? null : Math.min(...heights),
    hasSide: hasSide || before.text?.hasSide === true,
    hasId: hasId || before.text?.hasId === true,
    ...(said.length > 0 ? { sides: said } : {}),
  }
  return { ...before, text }
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** With more blocks, lettered on. */
export function alsoGripped(before: BodyMarks, blocks: readonly LandingBlock[]): BodyMarks {
  const all = [...before.blocks, ...blocks]
  return { ...before, blocks: all.map((block, n) => ({ ...block, id: LETTERS[n] ?? String(n + 1) })) }
}

interface MarkedBody {
  readonly id: number
  readonly marks?: BodyMarks
}

/** The blocks of all bodies for the ticket; with the body's number in front where there are several. */
export const ticketOf = (bodies: readonly MarkedBody[]): readonly TicketBlock[] =>
  bodies.flatMap(({ id, marks = NO_MARKS }) =>
    marks.blocks.map((block) => ({
      id: bodies.length === 1 ? block.id : `${id}${block.id}`,
      atLps: block.atLps,
      sizeMm: block.sizeMm,
      axes: block.axes,
    })),
  )
