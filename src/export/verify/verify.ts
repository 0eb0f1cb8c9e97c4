import type { Place } from '../../core/finding.ts'
import { subContext } from '../../core/pace.ts'
import type { Context, StageSpec } from '../../core/stage.ts'
import type { Mesh, Vec3 } from '../../core/types.ts'
import { surfaceGrid } from '../../prepare/surface-grid.ts'
import { deviation, type Spread } from '../../qa/deviation.ts'
import {
  type Fit,
  linearOf,
  nearness,
  refined,
  type Similarity,
  samplePoints,
  starts,
  type Target,
  UNCHANGED,
} from './align.ts'
import { type Change, placementChanges } from './changes.ts'
import { turned } from './linear.ts'
import { type Shape, shapeOf, unlike } from './shape.ts'

/** A part that left this program. */
export interface KnownRelease {
  readonly traceId: string
  /** SHA-256 of each file that was written of it. */
  readonly fileDigests: readonly string[]
  readonly mesh: Mesh
}

/** A part that came back. */
export interface FoundPart {
  readonly mesh: Mesh
  /** What its file says it is; only decides which release is looked at first. */
  readonly traceId: string | null
}

export interface VerifyParams {
  /** Up to here a surface is the same in mm of the release: what writing and reading numbers as text costs. */
  readonly sameMm: number
  /** Up to here other triangles are the work of a slicer; beyond it the part was reshaped. */
  readonly retriangulatedMm: number
  /** A part is a release when at least this share of both surfaces lies within `retriangulatedMm`. */
  readonly leastShare: number
  /** Releases tried, the likest first. */
  readonly mostTried: number
}

export const VERIFY: StageSpec<VerifyParams> = {
  name: 'verify',
  version: 1,
  defaults: { sameMm: 0.01, retriangulatedMm: 0.3, leastShare: 0.6, mostTried: 8 },
}

export interface Figures {
  /** Triangles of the file's part and of the release. */
  readonly triangles: number
  readonly releasedTriangles: number
  /** Both ways, in mm of the release, with the part laid onto it. */
  readonly toRelease: Spread
  readonly fromRelease: Spread
  readonly volumePercent: number
}

export type Verdict =
  | { readonly verdict: 'unchanged'; readonly traceId: string; readonly by: 'file' | 'geometry' }
  | {
      readonly verdict: 'changed'
      readonly traceId: string
      readonly changes: readonly Change[]
      readonly figures: Figures
      /** The file's part, laid onto the release. */
      readonly placed: Mesh
      /** A vertex of `placed`: mm off the release, positive outside of it. */
      readonly distanceMm: Float32Array
    }
  | {
      readonly verdict: 'not-ours'
      /** Whether the file bears the trace id of a release all the same. */
      readonly claimed: string | null
      /** Share of the surface that lies on the likest release, 0 to 1. */
      readonly share: number
    }

/** Points for choosing a placement, and for refining it. */
const FEW_POINTS = 200
const MANY_POINTS = 1500
const REFINED_STARTS = 3
/** A freer placement must at least be this much nearer to be believed. */
const GAIN = 1.5
/** Shares of a part's size: on it beyond doubt, too far to be it; and a factor that no rounding makes. */
const CLEARLY_ON = 1e-4
const FAR_OFF = 0.04
const CLEARLY_RESCALED = 0.05
/** So much of both surfaces in place ends the search. */
const ENOUGH_SHARE = 0.95

interface Placed extends Fit {
  readonly release: KnownRelease
  readonly target: Target
  readonly share: number
}

const targetOf = (mesh: Mesh): Target => ({ mesh, near: surfaceGrid(mesh), shape: shapeOf(mesh) })

/** The best placement of one handedness, with a free factor. */
function bestOf(part: Mesh, shape: Shape, target: Target, mirrored: boolean): Fit {
  const few = samplePoints(part, FEW_POINTS)
  const ranked = starts(shape, target.shape, mirrored)
    .map((similarity) => ({ similarity, nearMm: nearness(few, target, similarity) }))
    .sort((a, b) => a.nearMm - b.nearMm)
    .slice(0, REFINED_STARTS)
  let best = ranked[0] as Fit
  for (const { similarity } of ranked) {
    const fit = refined(few, target, similarity, true)
    if (fit.nearMm < best.nearMm) best = fit
    if (best.nearMm < CLEARLY_ON * target.shape.sizeMm) break
  }
  return best
}

/**
 * The plainest placement that explains what is seen: as it lies, moved, rescaled, mirrored. Each is given up only for a
 * freer one that is clearly nearer. Null when none comes near.
 */
function plainest(part: Mesh, shape: Shape, target: Target, sameMm: number): Fit | null {
  const points = samplePoints(part, MANY_POINTS)
  const slack = sameMm / 4
  const isNearer = (free: Fit, plain: Fit) => plain.nearMm > GAIN * free.nearMm + slack
  const asItLies: Fit = { similarity: UNCHANGED, nearMm: nearness(points, target, UNCHANGED) }
  if (asItLies.nearMm < slack) return asItLies
  const plain = bestOf(part, shape, target, false)
  const image = plain.nearMm < CLEARLY_ON * target.shape.sizeMm ? plain : bestOf(part, shape, target, true)
  const found = isNearer(image, plain) ? image : plain
  if (found.nearMm > FAR_OFF * target.shape.sizeMm) return null
  const free = refined(points, target, found.similarity, true)
  if (Math.abs(free.similarity.scale - 1) > CLEARLY_RESCALED) return free
  const rigid = refined(points, target, { ...free.similarity, scale: 1 }, false)
  const sized = isNearer(free, rigid) ? free : rigid
  return isNearer(sized, asItLies) ? sized : asItLies
}

function placedMesh({ positions, indices }: Mesh, similarity: Similarity): Mesh {
  const out = new Float32Array(positions.length)
  const linear = linearOf(similarity)
  for (let n = 0; n < positions.length; n += 3) {
    const p: Vec3 = [positions[n] as number, positions[n + 1] as number, positions[n + 2] as number]
    const at = turned(linear, p)
    for (let k = 0; k < 3; k++) out[n + k] = similarity.scale * (at[k] as number) + (similarity.shift[k] as number)
  }
  return { positions: out, indices: similarity.mirrored ? reversed(indices) : indices }
}

/** Mirrored triangles face the other way unless they are read backwards. */
const reversed = (indices: Uint32Array) =>
  indices.map((n, at) => (at % 3 === 0 ? n : (indices[at + (at % 3 === 1 ? 1 : -1)] as number)))

/** The smaller share of two surfaces that lies near the other. */
function shareNear(a: Mesh, nearA: Target['near'], b: Target, mm: number): number {
  const share = (points: readonly Vec3[], near: Target['near']) =>
    points.filter(([x, y, z]) => near.within(x, y, z, mm) >= 0).length / Math.max(1, points.length)
  return Math.min(share(samplePoints(a, MANY_POINTS), b.near), share(samplePoints(b.mesh, MANY_POINTS), nearA))
}

/** The likest releases first; one whose trace id the file bears before all others. */
function likest(found: FoundPart, shape: Shape, releases: readonly KnownRelease[], most: number): KnownRelease[] {
  return releases
    .map((release) => ({
      release,
      unlike: release.traceId === found.traceId ? -1 : unlike(shape, shapeOf(release.mesh)),
    }))
    .sort((a, b) => a.unlike - b.unlike)
    .slice(0, most)
    .map(({ release }) => release)
}

const volumePercent = (now: number, before: number) =>
  before === 0 ? 0 : (100 * (Math.abs(now) - Math.abs(before))) / Math.abs(before)

/** Parts of the surface, in percent of its vertices, that lie farther off than `mm`. */
const percentBeyond = (distances: Float32Array, mm: number) =>
  (100 * distances.reduce((n, d) => n + (Math.abs(d) > mm ? 1 : 0), 0)) / Math.max(1, distances.length)

async function described(found: FoundPart, placed: Placed, params: VerifyParams, ctx: Context): Promise<Verdict> {
  const { target, similarity, release } = placed
  const mesh = placedMesh(found.mesh, similarity)
  const away = await deviation(mesh, target.mesh, params.sameMm, ctx, target.near)
  const maxMm = Math.max(away.toReference.maxMm, away.fromReference.maxMm)
  const [triangles, before] = [mesh.indices.length / 3, target.mesh.indices.length / 3]
  const changes = placementChanges(similarity, target.shape.centre)
  if (maxMm > params.retriangulatedMm || (maxMm > params.sameMm && triangles === before)) {
    const percent = percentBeyond(away.signedMm, params.sameMm)
    changes.push({ kind: 'reshaped', maxMm, percent, places: away.places as readonly Place[] })
  } else if (triangles !== before) changes.push({ kind: 'retriangulated', triangles, before, maxMm })
  if (changes.length === 0) return { verdict: 'unchanged', traceId: release.traceId, by: 'geometry' }
  const figures: Figures = {
    triangles,
    releasedTriangles: before,
    toRelease: away.toReference,
    fromRelease: away.fromReference,
    volumePercent: volumePercent(shapeOf(mesh).volumeMm3, target.shape.volumeMm3),
  }
  return { verdict: 'changed', traceId: release.traceId, changes, figures, placed: mesh, distanceMm: away.signedMm }
}

/**
 * Says whether a part that came back is a release, which one, and what was done to it. The surfaces are laid on each other
 * by the frame they are in and by their principal axes, at the factor that makes them of one size, plain or mirrored, and
 * refined along the normals. A part with two or three equal principal moments is
 * found only where it lies. Memory: about 200 bytes a triangle of the part and of one release.
 */
export async function verifyPart(
  found: FoundPart,
  releases: readonly KnownRelease[],
  params: VerifyParams,
  ctx: Context,
): Promise<Verdict> {
  const shape = shapeOf(found.mesh)
  const tried = likest(found, shape, releases, params.mostTried)
  let best: Placed | null = null
  for (const [n, release] of tried.entries()) {
    ctx.signal.throwIfAborted()
    ctx.progress((0.5 * n) / tried.length)
    const target = targetOf(release.mesh)
    const fit = plainest(found.mesh, shape, target, params.sameMm)
    if (!fit) continue
    const mesh = placedMesh(found.mesh, fit.similarity)
    const share = shareNear(mesh, surfaceGrid(mesh), target, params.retriangulatedMm)
    if (!best || share > best.share) best = { ...fit, release, target, share }
    if (share > ENOUGH_SHARE) break
  }
  if (best && best.share >= params.leastShare) return described(found, best, params, subContext(ctx, 0.5, 1))
  const claimed = releases.some(({ traceId }) => traceId === found.traceId) ? found.traceId : null
  return { verdict: 'not-ours', claimed, share: best?.share ?? 0 }
}
