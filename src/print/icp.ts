import { PipelineError } from '../core/errors.ts'
import { pacer } from '../core/pace.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mat3, Mesh, Vec3 } from '../core/types.ts'
import type { NearSurface } from '../prepare/surface-tree.ts'
import { surfaceTree } from '../prepare/surface-tree.ts'
import { faceOf } from './face.ts'
import { principalAxes, solveInPlace } from './linear.ts'
import { aboutAxis, IDENTITY, moved, product, type Similarity, transposed, turned } from './rotation.ts'
import { momentsOf, samplesOf } from './surface-samples.ts'

export interface RegisterParams {
  /** Points of the scan that are matched. */
  readonly samples: number
  readonly seed: number
  /** Let the scan be scaled to fit; else the scale is only told. */
  readonly applyScale: boolean
}

export interface Registration {
  /** From the scan to the design. */
  readonly transform: Similarity
  /** Root of the mean squared distance of the points that were matched. */
  readonly rmsMm: number
  /** Size of the design over that of the scan, when it may be scaled: 1 is true to size. */
  readonly scale: number
  /** The scan fits the design's mirror image, and not the design. */
  readonly isMirrored: boolean
  /** rmsMm against the mirror image. */
  readonly mirroredRmsMm: number
}

export const REGISTER = {
  name: 'register',
  version: 1,
  defaults: { samples: 3000, seed: 1, applyScale: false },
} as const satisfies StageSpec<RegisterParams>

const COARSE_SAMPLES = 300
const COARSE_ROUNDS = 6
const REFINED = 4
const REFINED_ROUNDS = 24
const ROUNDS = 80
/** Radians and mm together. */
const CONVERGED = 1e-7
/** Points farther off than this many robust deviations are no match: a defect must not pull the part. */
const OUTLIER = 3
const MAD_TO_SD = 1.4826
const LEAST_REACH_MM = 1e-4
/** A mirror image is told when it fits at least twice as well, and the part itself by no means. */
const MIRROR_SHARE = 0.5
const MIRROR_FROM_MM = 0.2
const MIRROR: Mat3 = [-1, 0, 0, 0, 1, 0, 0, 0, 1]

/**
 * Brings the surface of a scanned part onto its design: principal axes with all 24 ways round, the best four refined point to
 * plane (Chen and Medioni 1992, 10.1016/0262-8856(92)90066-C) over points spread by area, with outliers left out. The same again for the
 * mirror image, to tell one. Deterministic. Errors: surface/empty. Expects both in mm; the design closed.
 */
export async function register(scan: Mesh, design: Mesh, params: RegisterParams, ctx: Context): Promise<Registration> {
  if (scan.indices.length === 0 || design.indices.length === 0) {
    throw new PipelineError(
      'surface/empty',
      'There is no surface to compare. Choose a file that holds the printed part.',
    )
  }
  const target = { mesh: design, near: surfaceTree(design) }
  const { breathe } = pacer(ctx)
  await breathe(0.1)
  const found = await best(scan, target, params, (share) => breathe(0.1 + 0.5 * share))
  const mirrored = await best(flipped(scan), target, params, (share) => breathe(0.6 + 0.3 * share))
  const sized = refine(found.points, target, found.transform, { rounds: ROUNDS, isSimilar: true })
  ctx.progress(1)
  return {
    transform: params.applyScale ? sized.transform : found.transform,
    rmsMm: params.applyScale ? sized.rmsMm : found.rmsMm,
    scale: sized.transform.scale,
    isMirrored: found.rmsMm > MIRROR_FROM_MM && mirrored.rmsMm < MIRROR_SHARE * found.rmsMm,
    mirroredRmsMm: mirrored.rmsMm,
  }
}

interface Target {
  readonly mesh: Mesh
  readonly near: NearSurface
}

interface Fit {
  readonly transform: Similarity
  readonly rmsMm: number
}

const flipped = (scan: Mesh): Mesh => moved(scan, { rotation: MIRROR, shift: [0, 0, 0], scale: 1 })

async function best(
  scan: Mesh,
  target: Target,
  { samples, seed }: RegisterParams,
  breathe: (share: number) => Promise<void> | undefined,
): Promise<Fit & { readonly points: Float64Array }> {
  const points = samplesOf(scan, samples, seed)
  const few = samplesOf(scan, Math.min(COARSE_SAMPLES, samples), seed)
  const [from, to] = [momentsOf(scan), momentsOf(target.mesh)]
  const [axesFrom, axesTo] = [principalAxes(from.second), principalAxes(to.second)]
  const coarse: Fit[] = []
  for (const [n, turn] of WAYS_ROUND.entries()) {
    await breathe((0.6 * n) / WAYS_ROUND.length)
    const rotation = product(axesTo, product(turn, transposed(axesFrom)))
    const start = { rotation, shift: between(turned(rotation, from.middle), to.middle), scale: 1 }
    coarse.push(refine(few, target, start, { rounds: COARSE_ROUNDS, isSimilar: false }))
  }
  const refined = coarse
    .sort((a, b) => a.rmsMm - b.rmsMm)
    .slice(0, REFINED)
    .map(({ transform }) => refine(few, target, transform, { rounds: REFINED_ROUNDS, isSimilar: false }))
  await breathe(0.8)
  const [{ transform }] = refined.sort((a, b) => a.rmsMm - b.rmsMm) as [Fit]
  return { ...refine(points, target, transform, { rounds: ROUNDS, isSimilar: false }), points }
}

const between = (a: Vec3, b: Vec3): Vec3 => [b[0] - a[0], b[1] - a[1], b[2] - a[2]]

/** The 24 turns that bring axes onto axes. */
const WAYS_ROUND: readonly Mat3[] = (() => {
  const [x, y, z] = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ] as const
  const quarter = Math.PI / 2
  const heads = [
    IDENTITY,
    ...[1, 2, 3].map((n) => aboutAxis(x, n * quarter)),
    aboutAxis(y, quarter),
    aboutAxis(y, -quarter),
  ]
  const rolls = [0, 1, 2, 3].map((n) => aboutAxis(z, n * quarter))
  return heads.flatMap((head) => rolls.map((roll) => product(head, roll).map(Math.round) as unknown as Mat3))
})()

interface Rounds {
  readonly rounds: number
  /** Whether the size may change too. */
  readonly isSimilar: boolean
}

/** Point-to-plane rounds from a start until nothing moves any more. */
function refine(points: Float64Array, target: Target, start: Similarity, { rounds, isSimilar }: Rounds): Fit {
  const matches = new Matches(points, target)
  let transform = start
  for (let round = 0; round < rounds; round++) {
    matches.find(transform)
    const step = matches.step(isSimilar)
    transform = after(step, transform, matches.middle)
    if (Math.hypot(...step) < CONVERGED) break
  }
  matches.find(transform)
  return { transform, rmsMm: matches.rmsMm() }
}

/** A small turn, shift and growth about a middle, after a transform. */
function after(step: Float64Array, { rotation, shift, scale }: Similarity, middle: Vec3): Similarity {
  const [wx = 0, wy = 0, wz = 0, tx = 0, ty = 0, tz = 0, grow = 0] = step
  const angle = Math.hypot(wx, wy, wz)
  const turn = angle === 0 ? IDENTITY : aboutAxis([wx / angle, wy / angle, wz / angle], angle)
  const [x, y, z] = turned(turn, between(middle, shift))
  const by = 1 + grow
  return {
    rotation: product(turn, rotation),
    shift: [by * x + middle[0] + tx, by * y + middle[1] + ty, by * z + middle[2] + tz],
    scale: scale * by,
  }
}

/** Points of the scan with the nearest places of the design, and the equations of one round. */
class Matches {
  readonly middle: Vec3
  readonly #points: Float64Array
  readonly #target: Target
  readonly #at: Float64Array
  readonly #normal: Float64Array
  /** Signed distance along the normal of the design. */
  readonly #off: Float64Array
  readonly #far: Float64Array
  #reach = Infinity

  constructor(points: Float64Array, target: Target) {
    this.middle = momentsOf(target.mesh).middle
    this.#points = points
    this.#target = target
    this.#at = new Float64Array(points.length)
    this.#normal = new Float64Array(points.length)
    this.#off = new Float64Array(points.length / 3)
    this.#far = new Float64Array(points.length / 3)
  }

  find({ rotation: m, shift, scale }: Similarity): void {
    const { near, mesh } = this.#target
    const p = this.#points
    for (let n = 0; n < this.#off.length; n++) {
      const [x, y, z] = turned(m, [p[3 * n] as number, p[3 * n + 1] as number, p[3 * n + 2] as number])
      const at: Vec3 = [scale * x + shift[0], scale * y + shift[1], scale * z + shift[2]]
      this.#far[n] = near.distance(at[0], at[1], at[2])
      const { normal } = faceOf(mesh, 3 * near.hit.triangle)
      this.#at.set(at, 3 * n)
      this.#normal.set(normal, 3 * n)
      const { hit } = near
      this.#off[n] = normal[0] * (at[0] - hit.x) + normal[1] * (at[1] - hit.y) + normal[2] * (at[2] - hit.z)
    }
    const median = this.#far.slice().sort()[this.#far.length >> 1] as number
    this.#reach = Math.max(LEAST_REACH_MM, OUTLIER * MAD_TO_SD * median)
  }

  /** Turn, shift and, when it may, growth that bring the points nearest to the planes they matched. */
  step(isSimilar: boolean): Float64Array {
    const size = isSimilar ? 7 : 6
    const m = new Float64Array(size * size)
    const b = new Float64Array(size)
    const row = new Float64Array(size)
    for (let n = 0; n < this.#off.length; n++) {
      if ((this.#far[n] as number) > this.#reach) continue
      this.#fillRow(row, n)
      for (let i = 0; i < size; i++) {
        b[i] = (b[i] as number) - (row[i] as number) * (this.#off[n] as number)
        for (let j = 0; j < size; j++)
          m[i * size + j] = (m[i * size + j] as number) + (row[i] as number) * (row[j] as number)
      }
    }
    return solveInPlace(m, b)
  }

  #fillRow(row: Float64Array, n: number): void {
    const x = (this.#at[3 * n] as number) - this.middle[0]
    const y = (this.#at[3 * n + 1] as number) - this.middle[1]
    const z = (this.#at[3 * n + 2] as number) - this.middle[2]
    const [nx, ny, nz] = [
      this.#normal[3 * n] as number,
      this.#normal[3 * n + 1] as number,
      this.#normal[3 * n + 2] as number,
    ]
    row[0] = y * nz - z * ny
    row[1] = z * nx - x * nz
    row[2] = x * ny - y * nx
    row[3] = nx
    row[4] = ny
    row[5] = nz
    if (row.length > 6) row[6] = x * nx + y * ny + z * nz
  }

  /** Over all points but the farthest tenth. */
  rmsMm(): number {
    const kept = this.#far
      .slice()
      .sort()
      .subarray(0, Math.ceil(0.9 * this.#far.length))
    return Math.sqrt(kept.reduce((sum, mm) => sum + mm * mm, 0) / kept.length)
  }
}
