import type { Mesh } from '../core/types.ts'
import { trianglesOn } from '../prepare/marks/triangles-on.ts'
import type { Process } from './process.ts'

/** What its making held a mark to: the width of strokes, the size of modules, or the thickness of a solid. */
export const MARK_KINDS = ['text', 'code', 'solid'] as const
export type MarkKind = (typeof MARK_KINDS)[number]

/** What a mark added to a part. */
export interface AddedMark {
  /** The triangles that it gave the part, where they lie now, LPS mm. */
  readonly faces: Mesh
  readonly kind: MarkKind
  /** No stroke, module or wall of it is thinner, mm. */
  readonly leastMm: number
}

/** Whether a mark was made for what this process holds; one made for a finer process was not. */
export function isMadeFor({ kind, leastMm }: Omit<AddedMark, 'faces'>, process: Process): boolean {
  const { embossWidthMm, leastFeatureMm, hardWallMm } = process
  return leastMm >= { text: embossWidthMm, code: leastFeatureMm, solid: hardWallMm }[kind]
}

/**
 * Triangles of a mesh that are no wall of the part but what marks added, one byte each: a mark has a rule of its own, which its
 * making held it to. A mark that was made for a finer process, and what an edit has moved off its place, counts as wall.
 */
export function markTriangles(mesh: Mesh, added: readonly AddedMark[], process: Process): Uint8Array {
  const all = new Uint8Array(mesh.indices.length / 3)
  for (const mark of added) {
    if (!isMadeFor(mark, process)) continue
    trianglesOn(mesh, mark.faces).forEach((on, t) => {
      if (on === 1) all[t] = 1
    })
  }
  return all
}
