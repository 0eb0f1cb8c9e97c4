import { MeshoptSimplifier } from 'meshoptimizer'
import { pacer, subContext } from '../core/pace.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import { mend } from './mend.ts'
import { type SurfaceTree, surfaceTree } from './surface-tree.ts'

export interface DecimateParams {
  /** No measured point of either surface is farther than this from the other. */
  readonly maxErrorMm: number
  /** Share of the triangles to aim for, 0 to 1; the error comes first. 1 leaves the mesh as it is. */
  readonly targetRatio: number
}

export const DECIMATE = {
  name: 'decimate',
  version: 1,
  defaults: { maxErrorMm: 0.1, targetRatio: 0.5 },
} as const satisfies StageSpec<DecimateParams>

const ROUNDS = 12
/** Places that come this near to the limit are held too: it saves rounds. */
const CAUTION = 0.9

/**
 * Fewer triangles within an error in mm. meshoptimizer proposes (quadric error metrics, Garland and Heckbert 1997); its own
 * error is documented as approximate (asked for 0.005 mm, 0.12 mm was measured on a rough ball) and it breaks manifoldness.
 * So every proposal is measured, and mended to manifold: all vertices and triangle middles of the input against the result,
 * and the triangle middles of the result against the input. Where it is too far the input's vertices are held in place and the next
 * proposal is asked for, until none is; if that never comes, the input comes back. A closed manifold input gives a closed
 * manifold output. Deterministic. Memory: about 200 bytes a triangle.
 */
export async function decimate(mesh: Mesh, params: DecimateParams, ctx: Context): Promise<Mesh> {
  await MeshoptSimplifier.ready
  const target = Math.floor((mesh.indices.length / 3) * params.targetRatio) * 3
  if (target >= mesh.indices.length || params.maxErrorMm <= 0) return mesh
  const local = centred(mesh)
  const input = surfaceTree(mesh)
  const held = new Uint8Array(mesh.positions.length / 3)
  let errorMm = params.maxErrorMm
  for (let round = 0; round < ROUNDS; round++) {
    const step = subContext(ctx, round / ROUNDS, (round + 1) / ROUNDS)
    step.progress(0, `round ${round + 1}`)
    ctx.signal.throwIfAborted()
    const [indices, reached] = simplify(mesh.indices, local, held, target, errorMm)
    // What is held must not be paid for by coarser triangles elsewhere: those would be too far in the next round.
    errorMm = Math.min(errorMm, reached)
    const proposal = compact(mesh.positions, indices)
    const holding: Holding = { mesh, input, held, limitMm: params.maxErrorMm, rings: 2 + round }
    if (await holdFarPlaces(holding, proposal, step)) continue
    const mended = mend(proposal)?.mesh
    if (mended === undefined || mended.indices.length === 0) return mesh
    if (mended === proposal || !(await holdFarPlaces(holding, mended, step))) return mended
  }
  return mesh
}

/** No attributes: the call is used because it alone takes locks. */
function simplify(indices: Uint32Array, local: Float32Array, held: Uint8Array, target: number, errorMm: number) {
  return MeshoptSimplifier.simplifyWithAttributes(
    indices,
    local,
    3,
    new Float32Array(held.length),
    1,
    [0],
    held,
    target,
    errorMm,
    ['ErrorAbsolute'],
  )
}

/** Around the first vertex: scan coordinates of hundreds of mm would cost float32 digits in the simplifier. */
function centred(mesh: Mesh): Float32Array {
  const p = mesh.positions
  return p.map((v, i) => v - (p[i % 3] as number))
}

/** Only the vertices in use, in order of first use. */
function compact(positions: Float32Array, indices: Uint32Array): Mesh {
  const to = new Int32Array(positions.length / 3).fill(-1)
  const out = new Uint32Array(indices.length)
  const kept = new Float32Array(positions.length)
  let n = 0
  for (let i = 0; i < indices.length; i++) {
    const v = indices[i] as number
    if (to[v] === -1) {
      kept.set(positions.subarray(3 * v, 3 * v + 3), 3 * n)
      to[v] = n++
    }
    out[i] = to[v] as number
  }
  return { positions: kept.slice(0, 3 * n), indices: out }
}

interface Holding {
  readonly mesh: Mesh
  readonly input: SurfaceTree
  /** One byte a vertex of the mesh; grows. */
  readonly held: Uint8Array
  readonly limitMm: number
  /** A held vertex alone lets its surroundings sag: this many rings around it are held as well. */
  readonly rings: number
}

/** Holds the input's vertices wherever the surfaces are too far apart; false when they are nowhere. */
async function holdFarPlaces(at: Holding, result: Mesh, ctx: Context): Promise<boolean> {
  const { mesh, input, limitMm } = at
  const far = new Uint8Array(at.held.length)
  let tooFar = false
  const markTriangle = (t: number) => {
    for (let k = 0; k < 3; k++) far[mesh.indices[3 * t + k] as number] = 1
  }
  const onResult = surfaceTree(result)
  await eachFar(mesh.positions, onResult, limitMm, subContext(ctx, 0.4, 0.6), (v, distance) => {
    far[v] = 1
    tooFar ||= distance > limitMm
  })
  await eachFar(middles(mesh), onResult, limitMm, subContext(ctx, 0.6, 0.8), (t, distance) => {
    markTriangle(t)
    tooFar ||= distance > limitMm
  })
  await eachFar(middles(result), input, limitMm, subContext(ctx, 0.8, 1), (_, distance) => {
    markTriangle(input.hit.triangle)
    tooFar ||= distance > limitMm
  })
  if (!tooFar) return false
  for (let ring = 0; ring < at.rings; ring++) growRing(mesh.indices, far)
  far.forEach((isFar, v) => {
    if (isFar === 1) at.held[v] = 1
  })
  return true
}

/** Visits the points that come within caution of the limit, with their exact distance. */
async function eachFar(
  points: Float32Array,
  surface: SurfaceTree,
  limitMm: number,
  ctx: Context,
  visit: (point: number, distanceMm: number) => void,
): Promise<void> {
  const { breathe } = pacer(ctx)
  for (let i = 0; i < points.length; i += 3) {
    if (i % 3072 === 0) await breathe(i / points.length)
    const [x, y, z] = [points[i] as number, points[i + 1] as number, points[i + 2] as number]
    if (!surface.within(x, y, z, CAUTION * limitMm)) visit(i / 3, surface.distance(x, y, z))
  }
}

/** Marks all corners of every triangle that has a marked one. */
function growRing(indices: Uint32Array, marked: Uint8Array): void {
  const seeds = marked.slice()
  for (let t = 0; t < indices.length; t += 3) {
    const [a, b, c] = [indices[t] as number, indices[t + 1] as number, indices[t + 2] as number]
    if (seeds[a] === 1 || seeds[b] === 1 || seeds[c] === 1) marked[a] = marked[b] = marked[c] = 1
  }
}

/** The centre of every triangle. Its corners are vertices of the input already. */
function middles({ positions, indices }: Mesh): Float32Array {
  const points = new Float32Array(indices.length)
  for (let t = 0; t < indices.length; t += 3) {
    const [a, b, c] = [3 * (indices[t] as number), 3 * (indices[t + 1] as number), 3 * (indices[t + 2] as number)]
    for (let axis = 0; axis < 3; axis++) {
      points[t + axis] =
        ((positions[a + axis] as number) + (positions[b + axis] as number) + (positions[c + axis] as number)) / 3
    }
  }
  return points
}
