import { PipelineError } from '../core/errors.ts'
import { wordsPerRow } from '../core/mask.ts'
import { pacer } from '../core/pace.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Grid, Mask } from '../core/types.ts'
import { type CutOp, cutRow, requireCutOp } from './cut.ts'
import { clipRun, formOver, type LinearForm, type Run } from './half-space.ts'
import { requireCorners } from './polygon.ts'
import { matrixRow, projectionOf, ViewOutline } from './view-outline.ts'

export interface ViewScissorsParams {
  readonly op: CutOp
  /** Row-major 4 x 4 from LPS mm to clip coordinates: what the 3-D view was drawn with, perspective or parallel. */
  readonly viewProjection: readonly number[]
  /** The outline, x and y of one corner after the other in normalised device coordinates: -1 .. 1 over the view. */
  readonly corners: readonly number[]
  /**
   * Only voxels this far along the view change, [nearest, furthest] in mm; null for all. Counted from the camera, or in a
   * parallel view from its near plane at z = -1.
   */
  readonly depthMm: readonly [nearMm: number, farMm: number] | null
}

export const VIEW_SCISSORS = {
  name: 'view-scissors',
  version: 1,
  defaults: { op: 'remove-inside', viewProjection: [], corners: [], depthMm: null },
} as const satisfies StageSpec<ViewScissorsParams>

/** Outlines that leave the view this many times over are mistakes. */
const FAR_OUT = 1000

/** Centres this close outside a depth count as at it. */
const TOLERANCE_MM = 1e-6

/**
 * Cuts along an outline drawn over the 3-D view, as deep as the scan or between two depths. A voxel is inside when its
 * centre appears inside (even-odd); one behind the camera appears nowhere and is outside. May be empty.
 * Errors: app/bad-parameter. Moves 1/4 byte a voxel; memory: one mask and a slice. No kernel: see scissors().
 */
export async function viewScissors(mask: Mask, params: ViewScissorsParams, ctx: Context): Promise<Mask> {
  const { op, corners, viewProjection } = params
  requireCutOp(op)
  requireCorners(corners, FAR_OUT)
  const depth = depthForms(mask.grid, params)
  const outline = new ViewOutline(mask.grid, projectionOf(mask.grid, viewProjection), corners)
  const cut: Mask = { grid: mask.grid, words: mask.words.slice() }
  const [nx, ny, nz] = mask.grid.size
  const perRow = wordsPerRow(mask.grid)
  const inside = new Uint32Array(perRow * ny)
  const run: Run = { first: 0, last: 0 }
  const pace = pacer(ctx)
  for (let k = 0; k < nz; k++) {
    outline.slice(k, inside)
    for (let j = 0; j < ny; j++) {
      run.first = 0
      run.last = nx - 1
      for (const form of depth) clipRun(run, form, j, k)
      cutRow(cut.words, (j + ny * k) * perRow, inside, j * perRow, run.first, run.last, op)
    }
    await pace.breathe((k + 1) / nz)
  }
  ctx.progress(1)
  return cut
}

/** Not below zero where the depth is at least the nearest, and at most the furthest. */
function depthForms(grid: Grid, { viewProjection, depthMm }: ViewScissorsParams): LinearForm[] {
  const [x, y, z, w] = ([0, 1, 2, 3] as const).map((r) => matrixRow(viewProjection, r)) as [Row, Row, Row, Row]
  if (viewProjection.length !== 16 || !viewProjection.every(Number.isFinite) || !(size(x) > 0 && size(y) > 0)) {
    throw new PipelineError('app/bad-parameter', 'The view cannot be cut: its matrix is not one of a camera.')
  }
  if (!depthMm) return []
  const [near, far] = depthMm
  if (!(Number.isFinite(near) && Number.isFinite(far) && near <= far)) {
    throw new PipelineError('app/bad-parameter', 'The nearest depth must be a number up to the furthest.')
  }
  const depth = depthRow(z, w)
  return [
    formOver(grid, [depth[0], depth[1], depth[2], depth[3] - near + TOLERANCE_MM]),
    formOver(grid, [-depth[0], -depth[1], -depth[2], far - depth[3] + TOLERANCE_MM]),
  ]
}

type Row = readonly [number, number, number, number]

const size = ([a, b, c]: Row) => Math.sqrt(a * a + b * b + c * c)

/** Mm along the view: w grows with it where rays meet in the camera; else z + w from the near plane on. */
function depthRow(z: Row, w: Row): Row {
  const perspective = size(w) > 0
  const raw = perspective ? w : (z.map((n, at) => n + (w[at] as number)) as unknown as Row)
  const scale = size(raw)
  if (scale > 0) return raw.map((n) => n / scale) as unknown as Row
  throw new PipelineError('app/bad-parameter', 'This view has no depth. Cut without one.')
}
