import { PipelineError } from '../core/errors.ts'
import { meshBounds } from '../core/mesh.ts'
import type { Mesh, Vec3 } from '../core/types.ts'
import type { AddedMark } from '../qa/added-marks.ts'
import type { BodyMarks } from './body-marks.ts'

/** The label that a body was made of, and the volume of that label's surface as it was made. */
export type BodyOrigin = { readonly label: number; readonly surfaceMm3: number }

/** One solid thing to print, of which a part may have several. */
export interface Body {
  readonly id: number
  /** What a person calls it; empty without a name of its own. */
  readonly name: string
  readonly mesh: Mesh
  /** What the mesh is measured against: the mask's surface, with the same designed changes. */
  readonly reference: Mesh
  /** Separate solids it is meant to have. */
  readonly shells: number
  /** What stands on it to be read or gripped; absent when nothing does. */
  readonly marks?: BodyMarks
  /** Absent for the label that the model was made of. */
  readonly origin?: BodyOrigin
  /** What marks added to its mesh; absent when none did. */
  readonly added?: readonly AddedMark[]
}

/** A body as a case remembers it: its meshes by the slots that the vault keeps them in. */
export type BodyInfo = {
  readonly id: number
  readonly name: string
  readonly mesh: string
  readonly reference: string
  readonly shells: number
  readonly marks?: BodyMarks
  readonly origin?: BodyOrigin
  readonly added?: readonly AddedInfo[]
}

/** What a mark added, its triangles by their slot. */
export type AddedInfo = Omit<AddedMark, 'faces'> & { readonly faces: string }

/** Bodies with some taken out and others put where the first of them was; at the end when none is taken out. */
export function replaced(bodies: readonly Body[], group: readonly Body[], made: readonly Body[]): readonly Body[] {
  const [first] = group
  if (!first) return [...bodies, ...made]
  return bodies.flatMap((body) => (body === first ? made : group.includes(body) ? [] : [body]))
}

/** Bodies called as these are, by their numbers. */
export const named = (bodies: readonly Body[], as: readonly Pick<Body, 'id' | 'name'>[]): readonly Body[] =>
  bodies.map((body) => ({ ...body, name: as.find(({ id }) => id === body.id)?.name ?? body.name }))

/** A number that no body has. */
export const nextBodyId = (bodies: readonly Body[]): number => 1 + Math.max(0, ...bodies.map(({ id }) => id))

/** The bodies of these numbers, in the order of the numbers. Throws 'prepare/failed' for one that is not there. */
export function bodiesOf(bodies: readonly Body[], ids: readonly number[]): readonly Body[] {
  return ids.map((id) => {
    const body = bodies.find((one) => one.id === id)
    if (body) return body
    throw new PipelineError(
      'prepare/failed',
      'This works on a body that is no longer there. Choose another body, or take the later edits out first.',
      { body: id },
    )
  })
}

const middleOf = (mesh: Mesh): Vec3 => {
  const { min, max } = meshBounds(mesh)
  return [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2, (min[2] + max[2]) / 2]
}

/**
 * The reference that belongs to each mesh when an edit gave several of both: that with the nearest middle, pairs in order of
 * their distance. Throws 'prepare/failed' when there are not as many of one as of the other.
 */
export function pairReferences(meshes: readonly Mesh[], references: readonly Mesh[]): readonly Mesh[] {
  if (meshes.length !== references.length) {
    throw new PipelineError(
      'prepare/failed',
      'The model falls into another number of pieces here than the surface it is measured against. Remove small pieces first, or make the model with less smoothing.',
      { pieces: meshes.length, referencePieces: references.length },
    )
  }
  const [middles, others] = [meshes.map(middleOf), references.map(middleOf)]
  const apart = middles.flatMap((a, mesh) =>
    others.map((b, reference) => ({ mesh, reference, mm: Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) })),
  )
  apart.sort((a, b) => a.mm - b.mm || a.mesh - b.mesh || a.reference - b.reference)
  const pairs = new Map<number, number>()
  const taken = new Set<number>()
  for (const { mesh, reference } of apart) {
    if (pairs.has(mesh) || taken.has(reference)) continue
    pairs.set(mesh, reference)
    taken.add(reference)
  }
  return meshes.map((mesh, n) => references[pairs.get(n) ?? -1] ?? mesh)
}
