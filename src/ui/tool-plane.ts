import type { BodyRun } from '../app/part-view.ts'
import { type Bounds, meshBounds } from '../core/mesh.ts'
import type { Mesh, Vec3 } from '../core/types.ts'
import { dot, type Plane, plus } from '../prepare/plane.ts'
import type { PlaneWish } from './part-tool.ts'
import type { PickedPlace } from './viewer/stage-pick.ts'

/** A plane through a part and how far it could be moved, in mm along its axis, or under the face. */
export interface ToolPlane {
  readonly plane: Plane
  readonly atMm: number
  readonly minMm: number
  readonly maxMm: number
}

const AXES: Readonly<Record<'x' | 'y' | 'z', Vec3>> = { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1] }

/** The plane that is asked for, within the part; null when it wants a face and none is picked. */
export function toolPlane({ way, atMm }: PlaneWish, face: PickedPlace | null, bounds: Bounds): ToolPlane | null {
  if (way !== 'face') {
    const axis = AXES[way]
    const [minMm, maxMm] = [dot(bounds.min, axis), dot(bounds.max, axis)]
    const at = within(atMm ?? (minMm + maxMm) / 2, minMm, maxMm)
    return { plane: { pointLps: plus([0, 0, 0], axis, at), normalLps: axis }, atMm: at, minMm, maxMm }
  }
  if (face === null) return null
  const { pointLps, normalLps } = face
  const maxMm = Math.max(0, ...cornersOf(bounds).map((corner) => dot(plus(pointLps, corner, -1), normalLps)))
  const at = within(atMm ?? maxMm / 2, 0, maxMm)
  return { plane: { pointLps: plus(pointLps, normalLps, -at), normalLps }, atMm: at, minMm: 0, maxMm }
}

const within = (mm: number, least: number, most: number) => Math.min(most, Math.max(least, mm))

function cornersOf({ min, max }: Bounds): Vec3[] {
  const ends = [min, max]
  return ends.flatMap(([x]) => ends.flatMap(([, y]) => ends.map(([, , z]): Vec3 => [x, y, z])))
}

/** First triangle of one body in a mesh of several and the one after its last; of all for null, and for one that is not shown. */
export function trianglesOfBody(runs: readonly BodyRun[], id: number | null): readonly [from: number, to: number] {
  let from = 0
  for (const run of runs) {
    if (run.id === id) return [from, from + run.triangles]
    from += run.triangles
  }
  return [0, from]
}

/** Bounds of one body in a mesh of several; of all for null, and for one that is not shown. */
export function boundsOfBody(mesh: Mesh, runs: readonly BodyRun[], id: number | null): Bounds {
  let from = 0
  for (const run of runs) {
    const to = from + 3 * run.vertices
    if (run.id === id) return meshBounds({ ...mesh, positions: mesh.positions.subarray(from, to) })
    from = to
  }
  return meshBounds(mesh)
}
