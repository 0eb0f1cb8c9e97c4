import type { Mat3, Mesh, Vec3 } from '../../core/types.ts'
import type { NearSurface } from '../../prepare/surface-tree.ts'
import { IDENTITY, mirrorAlong, rotationBy, solved, times, transposed, turned } from './linear.ts'
import type { Shape } from './shape.ts'

/** y = scale * linear * p + shift in mm; `linear` is a rotation, or one of the mirror image along x. */
export interface Similarity {
  readonly scale: number
  readonly rotation: Mat3
  readonly mirrored: boolean
  readonly shift: Vec3
}

export interface Fit {
  readonly similarity: Similarity
  /** Root mean square of the nearer four fifths of the distances in mm: a changed place does not count. */
  readonly nearMm: number
}

export interface Target {
  readonly mesh: Mesh
  readonly near: NearSurface
  readonly shape: Shape
}

const MIRROR = mirrorAlong(0)
const KEPT_SHARE = 0.8
const ITERATIONS = 30
/** Float32 coordinates a metre from the origin are no better. */
const NEAR_ENOUGH_MM = 1e-5

export const UNCHANGED: Similarity = { scale: 1, rotation: IDENTITY, mirrored: false, shift: [0, 0, 0] }

export const linearOf = ({ rotation, mirrored }: Similarity): Mat3 => (mirrored ? times(rotation, MIRROR) : rotation)

export function moved({ scale, shift, ...rest }: Similarity, p: Vec3): Vec3 {
  const [x, y, z] = turned(linearOf({ scale, shift, ...rest }), p)
  return [scale * x + shift[0], scale * y + shift[1], scale * z + shift[2]]
}

/** At most `count` points of a mesh, evenly along its list: the same each time. */
export function samplePoints({ positions }: Mesh, count: number): Vec3[] {
  const points = positions.length / 3
  const step = Math.max(1, points / count)
  return Array.from({ length: Math.min(points, count) }, (_, n) => {
    const at = 3 * Math.floor(n * step)
    return [positions[at] as number, positions[at + 1] as number, positions[at + 2] as number]
  })
}

function keptRms(distances: Float64Array): number {
  distances.sort()
  const kept = Math.max(1, Math.floor(KEPT_SHARE * distances.length))
  let sum = 0
  for (let n = 0; n < kept; n++) sum += (distances[n] as number) ** 2
  return Math.sqrt(sum / kept)
}

/** The nearer four fifths of the distances, as a root mean square. */
export function nearness(points: readonly Vec3[], { near }: Target, similarity: Similarity): number {
  return keptRms(Float64Array.from(points, (p) => near.distance(...moved(similarity, p))))
}

/** The normal of the triangle that the last question hit. */
function hitNormal({ mesh: { positions: p, indices }, near }: Target): Vec3 | null {
  const { triangle } = near.hit
  if (triangle < 0) return null
  const corner = (k: number) => 3 * (indices[3 * triangle + k] as number)
  const [a, b, c] = [corner(0), corner(1), corner(2)]
  const edge = (to: number, axis: number) => (p[to + axis] as number) - (p[a + axis] as number)
  const x = edge(b, 1) * edge(c, 2) - edge(b, 2) * edge(c, 1)
  const y = edge(b, 2) * edge(c, 0) - edge(b, 0) * edge(c, 2)
  const z = edge(b, 0) * edge(c, 1) - edge(b, 1) * edge(c, 0)
  const length = Math.hypot(x, y, z)
  return length > 0 ? [x / length, y / length, z / length] : null
}

interface Step {
  /** Of where the step begins. */
  readonly nearMm: number
  readonly next: Similarity | null
}

/**
 * One Gauss-Newton step of the distances along the normals (Chen and Medioni 1992); those beyond `widthMm` weigh less
 * (Cauchy).
 */
function step(points: readonly Vec3[], target: Target, from: Similarity, withScale: boolean, widthMm: number): Step {
  const size = withScale ? 7 : 6
  const normal = new Float64Array(size * size)
  const right = new Float64Array(size)
  const { near, shape } = target
  const row = new Float64Array(size)
  const distances = new Float64Array(points.length)
  for (const [at, p] of points.entries()) {
    const [x, y, z] = moved(from, p)
    distances[at] = near.distance(x, y, z)
    const n = hitNormal(target)
    if (!n) continue
    const { hit } = near
    const residual = n[0] * (x - hit.x) + n[1] * (y - hit.y) + n[2] * (z - hit.z)
    const weight = 1 / (1 + hit.squared / widthMm ** 2)
    // About the centre of the part, in units of its size, so that all unknowns are of one order.
    const u = (x - shape.centre[0]) / shape.sizeMm
    const v = (y - shape.centre[1]) / shape.sizeMm
    const w = (z - shape.centre[2]) / shape.sizeMm
    row.set([v * n[2] - w * n[1], w * n[0] - u * n[2], u * n[1] - v * n[0], n[0], n[1], n[2]])
    if (withScale) row[6] = u * n[0] + v * n[1] + w * n[2]
    for (let i = 0; i < size; i++) {
      right[i] = (right[i] as number) - (weight * residual * (row[i] as number)) / shape.sizeMm
      for (let j = 0; j < size; j++)
        normal[i * size + j] = (normal[i * size + j] as number) + weight * (row[i] as number) * (row[j] as number)
    }
  }
  // A part that is round about an axis leaves a turn open: a little of nothing holds it.
  for (let i = 0; i < size; i++) normal[i * size + i] = (normal[i * size + i] as number) * (1 + 1e-9) + 1e-9
  const change = solved(normal, right)
  return { nearMm: keptRms(distances), next: change && applied(from, change, shape) }
}

function applied(from: Similarity, change: Float64Array, { centre, sizeMm }: Shape): Similarity {
  const turn = rotationBy([change[0] as number, change[1] as number, change[2] as number])
  const growth = Math.exp(change[6] ?? 0)
  const about = turned(turn, from.shift.map((v, k) => v - (centre[k] as number)) as unknown as Vec3)
  return {
    scale: from.scale * growth,
    rotation: times(turn, from.rotation),
    mirrored: from.mirrored,
    shift: [0, 1, 2].map(
      (k) => (centre[k] as number) + growth * (about[k] as number) + sizeMm * (change[3 + k] as number),
    ) as unknown as Vec3,
  }
}

/** Refines a placement until it no longer gets nearer. */
export function refined(points: readonly Vec3[], target: Target, start: Similarity, withScale: boolean): Fit {
  let best: Fit = { similarity: start, nearMm: Number.POSITIVE_INFINITY }
  let widthMm = target.shape.sizeMm / 4
  let at: Similarity | null = start
  for (let n = 0, idle = 0; at && n < ITERATIONS && idle < 3; n++) {
    if (!(at.scale > 1e-6 && at.scale < 1e6)) break
    const taken: Step = step(points, target, at, withScale, widthMm)
    idle = taken.nearMm < 0.99 * best.nearMm ? 0 : idle + 1
    if (taken.nearMm < best.nearMm) best = { similarity: at, nearMm: taken.nearMm }
    if (best.nearMm < NEAR_ENOUGH_MM) break
    widthMm = Math.max(NEAR_ENOUGH_MM, 2 * taken.nearMm)
    at = taken.next
  }
  return best
}

/** The four ways to lay principal axes on each other without mirroring. */
const FLIPS: readonly Vec3[] = [
  [1, 1, 1],
  [1, -1, -1],
  [-1, 1, -1],
  [-1, -1, 1],
]

/**
 * Placements to start from: as it lies, at each known factor, and by the principal axes of both, at the factor that makes
 * them of one size.
 */
export function starts(found: Shape, release: Shape, mirrored: boolean): Similarity[] {
  const scale = release.sizeMm / found.sizeMm
  const sided = mirrored ? times(MIRROR, found.axes) : found.axes
  // The mirror image of right-handed axes is left-handed: one of them is turned round.
  const axes = mirrored ? times(sided, mirrorAlong(2)) : sided
  const centred = (rotation: Mat3): Similarity => {
    const about: Similarity = { scale, rotation, mirrored, shift: [0, 0, 0] }
    const [x, y, z] = moved(about, found.centre)
    return { ...about, shift: [release.centre[0] - x, release.centre[1] - y, release.centre[2] - z] }
  }
  const byAxes = FLIPS.map(([a, b, c]) =>
    centred(times(times(release.axes, [a, 0, 0, 0, b, 0, 0, 0, c]), transposed(axes))),
  )
  return [{ ...UNCHANGED, mirrored }, { ...UNCHANGED, mirrored, scale }, centred(IDENTITY), ...byAxes]
}
