import type { Manifold } from 'manifold-3d'
import { PipelineError } from '../../core/errors.ts'
import type { Context, StageSpec } from '../../core/stage.ts'
import type { Mesh, Vec3 } from '../../core/types.ts'
import { dot, norm, subtract } from '../../import/affine-grid.ts'
import { type LoadManifold, type Solids, withSolids } from '../solid.ts'
import { type Frame, toFrame, toLps } from './frame.ts'
import type { Mark } from './mark.ts'
import { fromFrame, inFrame } from './solid-frame.ts'
import { type BlockShape, blockAt, blockFits, type Standing } from './standing-block.ts'
import { type Site, sturdySites } from './sturdy-sites.ts'
import type { LandingBlock } from './ticket.ts'

export interface KeepOut {
  readonly centreLps: Vec3
  readonly radiusMm: number
}

export interface LandingParams extends BlockShape {
  readonly count: number
  /** Orthonormal and right-handed, LPS: which ways the blocks are measured, such as those of the printer. */
  readonly axes: readonly [Vec3, Vec3, Vec3]
  /** Between the middles of any two blocks, mm. */
  readonly apartMm: number
  /** No part of a block comes in here. */
  readonly keepOuts: readonly KeepOut[]
  /** Between the surface and the block's axis, degrees. */
  readonly maxTiltDeg: number
}

/** Three blocks of 10 mm, on three axes: print acceptance of the project's gates. */
export const LANDING_BLOCKS = {
  name: 'landing-blocks',
  version: 1,
  defaults: {
    count: 3,
    axes: [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
    sizeMm: [10, 10, 10],
    stalkMm: 5,
    jawMm: 4,
    longestStalkMm: 10,
    rootMm: 2,
    sturdyMm: 6,
    apartMm: 25,
    keepOuts: [],
    maxTiltDeg: 35,
  },
} as const satisfies StageSpec<LandingParams>

export interface Landed {
  readonly mark: Mark
  /** As designed, for the ticket. */
  readonly blocks: readonly LandingBlock[]
}

/**
 * Caliper pads on sturdy places of a part, as far apart as can be (farthest point first, Gonzalez 1985): cuboids along
 * `axes`, each on a stalk that leaves a gap for the caliper's jaw below it. Places have material below the whole stalk and air
 * around the whole block; the first lies farthest from the middle of the part.
 * @throws prepare/no-sturdy-place with `found` when the part has too few such places; app/bad-parameter.
 */
export async function landingBlocks(
  mesh: Mesh,
  params: LandingParams,
  ctx: Context,
  load: LoadManifold,
): Promise<Landed> {
  requireParams(params)
  const [x, y, z] = params.axes
  const frame: Frame = { originLps: [0, 0, 0], x, y, z }
  return withSolids(load, (solids) => {
    ctx.signal.throwIfAborted()
    const part = inFrame(mesh, frame, solids)
    const standing = chosen(part, frame, params, ctx, solids)
    const blocks = standing.map(({ centre }, n): LandingBlock => {
      return { id: letter(n), atLps: toLps(frame, ...centre), axes: params.axes, sizeMm: params.sizeMm }
    })
    return { mark: { how: 'add', body: bodyOf(standing, frame, solids) }, blocks }
  })
}

const letter = (n: number) => String.fromCharCode('A'.charCodeAt(0) + n)
const MOST_BLOCKS = 26

function chosen(part: Manifold, frame: Frame, params: LandingParams, ctx: Context, solids: Solids): Standing[] {
  const { sizeMm, jawMm, sturdyMm, maxTiltDeg, count } = params
  const clearMm = Math.min(...sizeMm) + 2 * jawMm
  let sites = sturdySites(part, { sturdyMm, clearMm, maxTiltDeg })
  const { min, max } = part.boundingBox()
  const middle: Vec3 = [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2, (min[2] + max[2]) / 2]
  const standing: Standing[] = []
  const roomOf = (site: Site) => nearestMm(site.at, standing.length === 0 ? [middle] : standing.map((s) => s.centre))
  while (standing.length < count) {
    ctx.signal.throwIfAborted()
    ctx.progress(standing.length / count, `block ${standing.length + 1} of ${count}`)
    const ranked = sites.map((site) => ({ site, room: roomOf(site) })).sort((a, b) => b.room - a.room)
    const next = firstThatStands(part, frame, ranked, standing, params, solids)
    if (next === null) throw noPlace(standing.length, count)
    standing.push(next.block)
    // A place that failed once fails again: what stood in its way was the part, or a block that stays.
    sites = ranked.slice(next.tried).map(({ site }) => site)
  }
  return standing
}

interface Ranked {
  readonly site: Site
  readonly room: number
}

function firstThatStands(
  part: Manifold,
  frame: Frame,
  ranked: readonly Ranked[],
  others: readonly Standing[],
  params: LandingParams,
  solids: Solids,
): { readonly block: Standing; readonly tried: number } | null {
  const halfDiagonalMm = norm(params.sizeMm) / 2
  const centres = others.map((other) => other.centre)
  const isFree = ({ centre }: Standing, { at }: Site) =>
    nearestMm(centre, centres) >= Math.max(params.apartMm, 2 * halfDiagonalMm) &&
    params.keepOuts.every((out) => {
      const middle = toFrame(frame, out.centreLps)
      const isBlockOut = distanceMm(centre, middle) >= out.radiusMm + halfDiagonalMm
      return isBlockOut && distanceMm(at, middle) >= out.radiusMm + params.stalkMm
    })
  for (const [n, { site }] of ranked.entries()) {
    const block = blockAt(part, site, params)
    if (block !== null && isFree(block, site) && blockFits(part, block, solids)) return { block, tried: n + 1 }
  }
  return null
}

const distanceMm = (a: Vec3, b: Vec3) => norm(subtract(a, b))
const nearestMm = (at: Vec3, others: readonly Vec3[]) =>
  others.reduce((least, other) => Math.min(least, distanceMm(at, other)), Number.POSITIVE_INFINITY)

function bodyOf(standing: readonly Standing[], frame: Frame, solids: Solids): Mesh {
  const { lib, keep } = solids
  const cuboids = standing
    .flatMap(({ block, stalk }) => [block, stalk])
    .map(({ min, max }) => {
      const cuboid = keep(lib.Manifold.cube([...subtract(max, min)]))
      return keep(cuboid.translate([...min]))
    }) // prettier-ignore
  const local = keep(lib.Manifold.union(cuboids))
  return solids.mesh(fromFrame(local, frame, solids))
}

const noPlace = (found: number, asked: number) =>
  new PipelineError(
    'prepare/no-sturdy-place',
    found === 0
      ? 'No place of the part is thick and free enough for a block.'
      : `Only ${found} of ${asked} blocks find a place that is thick and free enough.`,
    { found, asked },
  )

/** Least overhang on each side of the stalk that a caliper's jaw holds, mm. */
const GRIP_MM = 2
const ORTHONORMAL_WITHIN = 1e-6

function requireParams({ count, axes, sizeMm, stalkMm, jawMm, rootMm, sturdyMm }: LandingParams): void {
  const [x, y, z] = axes
  const isSkewed = [dot(x, x) - 1, dot(y, y) - 1, dot(z, z) - 1, dot(x, y), dot(y, z), dot(z, x)].some(
    (off) => !(Math.abs(off) <= ORTHONORMAL_WITHIN),
  )
  if (isSkewed) throw new PipelineError('app/bad-parameter', 'The axes of the blocks are not square to each other.')
  if (!(count >= 1 && count <= MOST_BLOCKS)) {
    throw new PipelineError('app/bad-parameter', `Ask for 1 to ${MOST_BLOCKS} blocks.`, { count })
  }
  const leastMm = stalkMm + 2 * GRIP_MM
  if (!(stalkMm > 0) || sizeMm.some((mm) => !(mm >= leastMm))) {
    throw new PipelineError('app/bad-parameter', `A block of ${leastMm} mm or more can be gripped beside its stalk.`, {
      leastMm,
    })
  }
  if (!(jawMm > 0 && rootMm > 0 && rootMm < sturdyMm)) {
    throw new PipelineError('app/bad-parameter', 'The stalk must reach less deep than the part is thick.', {
      rootMm,
      sturdyMm,
    })
  }
}
