import type { Finding, PolicyId, ProcessId } from '../core/finding.ts'
import { meshBounds, meshVolumeMm3 } from '../core/mesh.ts'
import { subContext } from '../core/pace.ts'
import type { Passport } from '../core/passport.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Mesh, Vec3 } from '../core/types.ts'
import type { LabelAi } from '../segment/label-ai.ts'
import { type AddedMark, markTriangles } from './added-marks.ts'
import { checkAiConfidence } from './checks/ai-confidence.ts'
import { checkAiEvaluated } from './checks/ai-evaluated.ts'
import { checkAiReview } from './checks/ai-review.ts'
import { checkAnisotropy } from './checks/anisotropy.ts'
import { checkBoundaryEdges } from './checks/boundary-edges.ts'
import { checkBoundingBox } from './checks/bounding-box.ts'
import { checkBuildVolume } from './checks/build-volume.ts'
import { checkErrorBudget } from './checks/error-budget.ts'
import { checkGenus } from './checks/genus.ts'
import { checkNonManifoldEdges } from './checks/non-manifold-edges.ts'
import { checkOrientation } from './checks/orientation.ts'
import { checkScale, type PartScale } from './checks/scale.ts'
import { checkSelfIntersections } from './checks/self-intersections.ts'
import { checkShells } from './checks/shells.ts'
import { checkSideAndId, type MarksOnPart, type PartSide } from './checks/side-and-id.ts'
import { checkSideVerified } from './checks/side-verified.ts'
import { checkSliceSpacing } from './checks/slice-spacing.ts'
import { checkStructures } from './checks/structures.ts'
import { checkSurfaceMax } from './checks/surface-max.ts'
import { checkSurfaceMean } from './checks/surface-mean.ts'
import { checkSurfaceP95 } from './checks/surface-p95.ts'
import { checkVolumeChange } from './checks/volume-change.ts'
import { checkWallThickness } from './checks/wall-thickness.ts'
import { crossings } from './crossings.ts'
import { type Deviation, deviation } from './deviation.ts'
import { genusOf } from './genus.ts'
import { measurable } from './measurable.ts'
import { POLICIES } from './policy.ts'
import { PROCESSES } from './process.ts'
import { measureShells } from './shells.ts'
import { measureStructures } from './structures.ts'
import { measureThickness } from './thickness.ts'
import { topology } from './topology.ts'
import { onVertices } from './vertex-thickness.ts'

export interface CheckInput {
  readonly mesh: Mesh
  /** Marching cubes of the mask, before any edit. */
  readonly reference: Mesh
  readonly referenceMaskMm3: number
  readonly passport: Passport
  /** A person confirmed left and right against the scan. */
  readonly sideVerified: boolean
  /** Voxel spacing of the mask in mm. */
  readonly spacing: Vec3
  /** Of the label that the model is made of; null when no network made it. */
  readonly ai: LabelAi | null
  /** Null: nothing is written on the part. */
  readonly marks: MarksOnPart | null
  /** Which side it shows. */
  readonly shows: PartSide
  /** What marks added, which is no wall of the part. */
  readonly added: readonly AddedMark[]
  readonly scale: PartScale
}

export interface CheckParams {
  readonly policy: PolicyId
  readonly process: ProcessId
  /** Separate solids the part is meant to have. */
  readonly declaredShells: number
  /** The site's own machine in mm; null or absent for the default machine of the process. */
  readonly buildMm?: Vec3 | null
  /** How far off its accepted prints were, mm; null or absent while too few were measured. */
  readonly printerMm?: number | null
}

export interface CheckResult {
  /** In a fixed order; the file re-read is added by the exporter. */
  readonly findings: Finding[]
  /** Per vertex, at most 10 mm. */
  readonly thicknessMm: Float32Array
  /** Per vertex, distance to the reference, positive outside. */
  readonly deviationMm: Float32Array
}

export const CHECK = {
  name: 'check',
  version: 9,
  defaults: { policy: 'teaching', process: 'fdm', declaredShells: 1, buildMm: null, printerMm: null },
} as const satisfies StageSpec<CheckParams>

/** Places are listed from half the refusing distance on. */
const PLACE_SHARE = 0.5

/** From this distance in mm on a place far from the reference is listed. */
export const awayPlacesAboveMm = (policy: PolicyId): number => PLACE_SHARE * (POLICIES[policy].surfaceMaxMm.fail ?? 0)

/** Gives the distances between mesh and reference, measured here or, at the same time, elsewhere. */
export type MeasureAway = (mesh: Mesh, reference: Mesh, placesAboveMm: number, ctx: Context) => Promise<Deviation>

/**
 * Every check that a mesh and its scan can be put to, as values. Never throws for a bad mesh: a figure that cannot be
 * computed fails its check. Nothing is sampled at random and nothing depends on timing: same input, same findings.
 * Memory: about 250 bytes a triangle of the larger mesh.
 */
export async function checkMesh(
  input: CheckInput,
  params: CheckParams,
  ctx: Context,
  measureAway: MeasureAway = deviation,
): Promise<CheckResult> {
  const { passport } = input
  const mesh = measurable(input.mesh)
  const reference = measurable(input.reference)
  const policy = POLICIES[params.policy]
  const bounds = meshBounds(mesh)
  const step = (from: number, to: number, note: string) => {
    ctx.signal.throwIfAborted()
    ctx.progress(from, note)
    return subContext(ctx, from, to)
  }
  step(0, 0.1, 'topology')
  const shape = topology(mesh)
  step(0.1, 0.2, 'shells')
  const shells = measureShells(shape)
  step(0.2, 0.4, 'self-intersections')
  const crossing = crossings(shape.tree)
  const process = PROCESSES[params.process]
  const noWall = markTriangles(shape.tree.mesh, input.added, process)
  const thin = await measureThickness(shape.tree, process.hardWallMm, step(0.4, 0.7, 'thickness'), noWall)
  const away = await measureAway(mesh, reference, awayPlacesAboveMm(params.policy), step(0.7, 1, 'distance'))
  const structures = measureStructures(mesh, reference, policy.droppedMm3)
  const volumes = {
    meshMm3: meshVolumeMm3(mesh),
    referenceMm3: meshVolumeMm3(reference),
    maskMm3: input.referenceMaskMm3,
  }
  ctx.progress(1)
  return {
    findings: [
      checkSliceSpacing(passport, policy),
      checkAnisotropy(passport, policy),
      checkSideVerified(input.sideVerified, policy),
      checkBoundaryEdges(shape, policy),
      checkNonManifoldEdges(shape, policy),
      checkOrientation(shape, shells, policy),
      checkShells(shells, params.declaredShells, policy),
      checkSelfIntersections(crossing, policy),
      checkSurfaceMean(away, policy),
      checkSurfaceP95(away, input.spacing, policy),
      checkSurfaceMax(away, policy),
      checkVolumeChange(volumes, policy),
      checkBoundingBox(bounds, meshBounds(reference), policy),
      checkScale(input.scale, policy),
      checkStructures(structures, policy),
      checkGenus(genusOf(mesh), genusOf(reference), policy),
      checkWallThickness(thin, params.process, policy),
      checkBuildVolume(bounds, params.process, params.buildMm ?? undefined, policy),
      checkAiEvaluated(input.ai, policy),
      checkSideAndId(input.marks, input.shows, policy),
      checkErrorBudget(input.ai, away, { process: params.process, printerMm: params.printerMm ?? null }, policy),
      checkAiConfidence(input.ai, policy),
      checkAiReview(input.ai, policy),
    ],
    thicknessMm: onVertices(thin, shape),
    deviationMm: away.signedMm,
  }
}
