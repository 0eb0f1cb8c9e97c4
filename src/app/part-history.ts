import {
  type Guard,
  hasFields,
  isAbsentOr,
  isCount,
  isListOf,
  isNumber,
  isOneOf,
  isRecord,
  isText,
} from '../core/shape.ts'
import { MARK_KINDS } from '../qa/added-marks.ts'
import { isBodyMarks } from './body-marks.ts'
import { isLedgerRow, type LedgerRow } from './ledger-row.ts'
import type { BodyInfo } from './part-body.ts'
import type { Params } from './templates.ts'

/** What a person asked for: an edit of these bodies. */
export type EditOrder = {
  readonly stage: string
  readonly params: Params
  /** Numbers of the bodies it works on. */
  readonly on: readonly number[]
}

/** An edit that was made, and what it left. */
export type EditMade = EditOrder & {
  /** The part against the mask after it. */
  readonly row: LedgerRow
  /** Volume of all bodies. */
  readonly fromMm3: number
  readonly toMm3: number
  readonly after: readonly BodyInfo[]
}

/** The edits made up to a moment, the oldest first. */
export interface PartVersion {
  /** Stage name of what led here; empty for the model as it was made. */
  readonly act: string
  readonly edits: readonly EditMade[]
}

/** The moments of a part that undo and redo go through, and which one is now. */
export interface PartHistory {
  readonly versions: readonly PartVersion[]
  readonly position: number
}

/** Moments that can be gone back to: each keeps its meshes in the vault. */
const DEPTH = 20

/** A part as it was made. */
export const NO_EDITS: PartHistory = { versions: [{ act: '', edits: [] }], position: 0 }

export const editsOf = ({ versions, position }: PartHistory): readonly EditMade[] => versions[position]?.edits ?? []

/** What these edits left; none when there are none, and the part is as it was made. */
export const bodiesAfter = (edits: readonly EditMade[]): readonly BodyInfo[] => edits.at(-1)?.after ?? []

/** Another moment after the present one; those that were undone are given up. */
export function recordEdits(history: PartHistory, act: string, edits: readonly EditMade[]): PartHistory {
  const versions = [...history.versions.slice(0, history.position + 1), { act, edits }].slice(-DEPTH - 1)
  return { versions, position: versions.length - 1 }
}

/** Stage names of what undo takes back and redo brings again; null where there is nothing. */
export function pendingActs({ versions, position }: PartHistory): {
  readonly undo: string | null
  readonly redo: string | null
} {
  const undo = position > 0 ? versions[position]?.act : undefined
  return { undo: undo ?? null, redo: versions[position + 1]?.act ?? null }
}

/** The history one moment on or back; null when there is none. */
export function movedBy(history: PartHistory, way: 'undo' | 'redo'): PartHistory | null {
  const position = history.position + (way === 'undo' ? -1 : 1)
  return history.versions[position] ? { ...history, position } : null
}

/**
 * The history with another name for a body as it is now, from the edit on that made it: undo and redo keep it, since a name is no
 * edit. The same history where nothing was edited, and for a body that is not there.
 */
export function renamedBody(history: PartHistory, id: number, name: string): PartHistory {
  const holds = ({ after }: EditMade) => after.some((body) => body.id === id)
  const now = editsOf(history)
  const since = now[now.findLastIndex((edit) => !holds(edit)) + 1]
  if (!since) return history
  const renamed = new Map<EditMade, EditMade>()
  const rename = (edit: EditMade) => {
    const made = renamed.get(edit) ?? {
      ...edit,
      after: edit.after.map((body) => (body.id === id ? { ...body, name } : body)),
    }
    renamed.set(edit, made)
    return made
  }
  const versions = history.versions.map((version) => {
    const from = version.edits.indexOf(since)
    return from < 0 ? version : { ...version, edits: version.edits.map((edit, n) => (n < from ? edit : rename(edit))) }
  })
  return { ...history, versions }
}

/** A history as plain JSON: each edit once, and the versions by their places in that list. */
export type StoredHistory = {
  readonly edits: readonly EditMade[]
  readonly versions: readonly { readonly act: string; readonly edits: readonly number[] }[]
  readonly position: number
}

export function packedHistory({ versions, position }: PartHistory): StoredHistory {
  const edits = [...new Set(versions.flatMap((version) => version.edits))]
  const packed = versions.map((version) => ({
    act: version.act,
    edits: version.edits.map((edit) => edits.indexOf(edit)),
  }))
  return { edits, versions: packed, position }
}

export function unpackedHistory({ edits, versions, position }: StoredHistory): PartHistory {
  return {
    versions: versions.map((version) => ({ act: version.act, edits: version.edits.flatMap((n) => edits[n] ?? []) })),
    position,
  }
}

/** Slots of the vault that a stored history names. */
export const slotsOfHistory = ({ edits }: StoredHistory): ReadonlySet<string> =>
  new Set(
    edits.flatMap(({ after }) =>
      after.flatMap(({ mesh, reference, added = [] }) => [mesh, reference, ...added.map(({ faces }) => faces)]),
    ),
  )

const isBodyInfo = hasFields({
  id: isCount,
  name: isText,
  mesh: isText,
  reference: isText,
  shells: isCount,
  marks: isAbsentOr(isBodyMarks),
  origin: isAbsentOr(hasFields({ label: isCount, surfaceMm3: isNumber })),
  added: isAbsentOr(isListOf(hasFields({ faces: isText, kind: isOneOf(MARK_KINDS), leastMm: isNumber }))),
})
const hasHistoryFields = hasFields({
  edits: isListOf(
    hasFields({
      stage: isText,
      params: isRecord,
      on: isListOf(isCount),
      row: isLedgerRow,
      fromMm3: isNumber,
      toMm3: isNumber,
      after: isListOf(isBodyInfo),
    }),
  ),
  versions: isListOf(hasFields({ act: isText, edits: isListOf(isCount) })),
  position: isCount,
})

/** Whether a stored value is a history whose numbers lead somewhere. */
export const isStoredHistory: Guard<StoredHistory> = (value): value is StoredHistory =>
  hasHistoryFields(value) &&
  value.position < value.versions.length &&
  value.versions.every(({ edits }) => edits.every((n) => n < value.edits.length))
