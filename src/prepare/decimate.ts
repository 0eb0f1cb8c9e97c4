import { MeshoptSimplifier } from 'meshoptimizer'
import { subContext } from '../core/pace.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import { type FarPlaces, farPlaces } from './far-places.ts'
import { mend } from './mend.ts'
import { compact, pieceCount, withoutSplinters } from './pieces.ts'

export interface DecimateParams {
  /** No measured point of either surface is farther than this from the other. */
  readonly maxErrorMm: number
  /** Share of the triangles to aim for, 0 to 1; the error comes first. 1 leaves the mesh as it is. */
  readonly targetRatio: number
}

export const DECIMATE = {
  name: 'decimate',
  version: 3,
  defaults: { maxErrorMm: 0.1, targetRatio: 0.5 },
} as const satisfies StageSpec<DecimateParams>

const ROUNDS = 12
/** From this round on half the error is asked for each time: a rough surface that asks for much would never come to an end. */
const PATIENCE = 9

/**
 * Fewer triangles within an error in mm. meshoptimizer proposes (quadric error metrics, Garland and Heckbert 1997); its own
 * error is documented as approximate (asked for 0.005 mm, 0.12 mm was measured on a rough ball) and it breaks manifoldness.
 * So every proposal is measured, and mended to manifold: all vertices and triangle middles of the input against the result,
 * and the triangle middles of the result against the input. Where it is too far the input's vertices are held in place and the
 * next proposal is asked for, until none is; if that never comes, the input comes back. Asking for too few triangles can
 * hold so much that more are left than after asking for more: where a share is not reached, the twentieths above it are tried
 * too and the fewest triangles win, so that a smaller share never has more. A closed manifold input gives a closed manifold
 * output of as many pieces. Deterministic. Memory: about 200 bytes a triangle.
 */
export async function decimate(mesh: Mesh, params: DecimateParams, ctx: Context): Promise<Mesh> {
  await MeshoptSimplifier.ready
  const triangles = mesh.indices.length / 3
  if (params.targetRatio >= 1 || params.maxErrorMm <= 0 || triangles === 0) return mesh
  const input = { mesh, local: centred(mesh), measure: farPlaces(mesh, params.maxErrorMm) }
  let best = mesh
  // No share above the fewest triangles so far can do better: it leaves at least as many as it asks for.
  for (let share = nextShare(params.targetRatio); 3 * Math.floor(triangles * share) < best.indices.length; ) {
    const goal = Math.floor(triangles * share)
    const { made, least } = await simplifyTo(goal, input, params.maxErrorMm, ctx)
    if (made.indices.length < best.indices.length) best = made
    share = nextShare(Math.max(least / triangles, share + 1e-6))
  }
  return best
}

/** Shares that are aimed for: twentieths, and hundredths below the first of them. */
function nextShare(atLeast: number): number {
  const steps = atLeast > 0.05 ? 20 : 100
  // Not by rounding alone: 0.15 times 20 is a little more than 3.
  return Math.max(1, Math.ceil(atLeast * steps - 1e-9)) / steps
}

interface Input {
  readonly mesh: Mesh
  readonly local: Float32Array
  readonly measure: FarPlaces
}

/**
 * One way to so many triangles; the input itself when it leads nowhere. `least` triangles were left before anything was held:
 * any goal below that goes the same way.
 */
async function simplifyTo(
  goal: number,
  { mesh, local, measure }: Input,
  maxErrorMm: number,
  ctx: Context,
): Promise<{ made: Mesh; least: number }> {
  const held = new Uint8Array(mesh.positions.length / 3)
  let errorMm = maxErrorMm
  let least = goal
  for (let round = 0; round < ROUNDS; round++) {
    const step = subContext(ctx, round / ROUNDS, (round + 1) / ROUNDS)
    step.progress(0, `round ${round + 1}`)
    ctx.signal.throwIfAborted()
    const [indices, reached] = simplify(mesh.indices, local, held, 3 * goal, errorMm)
    if (round === 0) least = indices.length / 3
    // What is held must not be paid for by coarser triangles elsewhere: those would be too far in the next round.
    errorMm = Math.min(errorMm, reached) * (round + 1 < PATIENCE ? 1 : 0.5)
    const proposal = compact(mesh.positions, indices)
    let far = await measure(proposal, subContext(step, 0.4, 0.7))
    if (far === null) {
      const mended = mendWhole(proposal, mesh)
      if (mended === null) break
      if (mended === proposal) return { made: mended, least }
      far = await measure(mended, subContext(step, 0.8, 1))
      if (far === null) return { made: mended, least }
    }
    hold(mesh.indices, held, far, RINGS + round)
  }
  return { made: mesh, least }
}

/** Mended, in as many pieces as before. Null when that cannot be or nothing is left. */
function mendWhole(proposal: Mesh, from: Mesh): Mesh | null {
  const mended = mend(proposal)?.mesh
  if (mended === undefined || mended.indices.length === 0) return null
  return mended === proposal ? mended : withoutSplinters(mended, pieceCount(from))
}

/**
 * A held vertex alone lets its surroundings sag: this many rings around it are held as well, one more each round. Faster
 * ways cost triangles on a skull of 534k: holding 4 rings and two more each round left 9 % more, asking for nine tenths of the
 * error each round 22 %.
 */
const RINGS = 2

function hold(indices: Uint32Array, held: Uint8Array, far: Uint8Array, rings: number): void {
  for (let ring = 0; ring < rings; ring++) growRing(indices, far)
  far.forEach((isFar, v) => {
    if (isFar === 1) held[v] = 1
  })
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

/** Marks all corners of every triangle that has a marked one. */
function growRing(indices: Uint32Array, marked: Uint8Array): void {
  const seeds = marked.slice()
  for (let t = 0; t < indices.length; t += 3) {
    const [a, b, c] = [indices[t] as number, indices[t + 1] as number, indices[t + 2] as number]
    if (seeds[a] === 1 || seeds[b] === 1 || seeds[c] === 1) marked[a] = marked[b] = marked[c] = 1
  }
}
