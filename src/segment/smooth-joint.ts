import { PipelineError } from '../core/errors.ts'
import { subContext } from '../core/pace.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { LabelMap, Mask } from '../core/types.ts'
import { type Blur, blurredIndicator, cpuBlur } from './indicator.ts'
import { LABELS, labelsToMask, masksToLabels } from './labels.ts'

export interface SmoothJointParams {
  /** Standard deviation of the Gaussian. */
  readonly sigmaMm: number
}

export const SMOOTH_JOINT = {
  name: 'smooth-joint',
  version: 1,
  defaults: { sigmaMm: 1 },
} as const satisfies StageSpec<SmoothJointParams>

const MOST_MM = 10

/**
 * All labels smoothed at once: each is blurred, background too, and a voxel goes to the greatest, so that neighbours keep one
 * common border without gap or overlap. Of equal ones its own label wins, then the lowest. A label may vanish.
 * Errors: app/bad-parameter; segment/empty without any label. Memory: 4 bytes a voxel, and 4 a voxel of the box of a label.
 */
export function smoothJoint(map: LabelMap, params: SmoothJointParams, ctx: Context): Promise<LabelMap> {
  return smoothJointBy(map, params, ctx, cpuBlur)
}

/**
 * As smoothJoint, or its twin, for masks; where they overlap the later one wins. Errors: as smoothJoint,
 * segment/grid-mismatch.
 */
export async function smoothMasksJointly(
  masks: readonly Mask[],
  params: SmoothJointParams,
  ctx: Context,
  smoothBy = smoothJoint,
): Promise<Mask[]> {
  const [first] = masks
  if (!first) throw noLabels()
  const map = masksToLabels(
    first.grid,
    masks.map((mask, n) => ({ label: n + 1, mask })),
    subContext(ctx, 0, 0.05),
  )
  const smooth = await smoothBy(map, params, subContext(ctx, 0.05, 0.95))
  return masks.map((_, n) => labelsToMask(smooth, [n + 1], subContext(ctx, 0.95, 1)))
}

/** As smoothJoint, with either twin of the Gaussian. */
export async function smoothJointBy(
  map: LabelMap,
  { sigmaMm }: SmoothJointParams,
  ctx: Context,
  blur: Blur,
): Promise<LabelMap> {
  if (!(sigmaMm > 0 && sigmaMm <= MOST_MM)) {
    throw new PipelineError('app/bad-parameter', `Choose a width above 0 and up to ${MOST_MM} mm.`, { sigmaMm })
  }
  const { grid, labels } = map
  const [nx, ny] = grid.size
  const boxes = boxesOf(map)
  const present = boxes.flatMap((box, label) => (box ? [{ label, box }] : []))
  if (present.length < 2) throw noLabels()
  const best = new Int16Array(labels.length).fill(-1)
  const smooth = new Uint8Array(labels.length)
  for (const [n, { label, box }] of present.entries()) {
    const has = (i: number, j: number, k: number) => (labels[i + nx * (j + ny * k)] === label ? 1 : 0)
    const part = subContext(ctx, n / present.length, (n + 1) / present.length)
    const scores = await blurredIndicator(grid, box, has, sigmaMm, part, blur)
    scores?.each((i, j, k, score) => {
      const at = i + nx * (j + ny * k)
      const before = best[at] as number
      if (score < before || (score === before && labels[at] !== label)) return
      best[at] = score
      smooth[at] = label
    })
  }
  return { grid, labels: smooth }
}

const noLabels = () => new PipelineError('segment/empty', 'There is no label to smooth. Segment something first.')

/** iMin, jMin, kMin, iMax, jMax, kMax by label; that of background is the box of all others. */
function boxesOf({ grid, labels }: LabelMap): (number[] | null)[] {
  const boxes: (number[] | null)[] = new Array<null>(LABELS).fill(null)
  const [nx, ny, nz] = grid.size
  for (let k = 0, at = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, at++) {
        const label = labels[at] as number
        if (label === 0) continue
        boxes[label] = joined(boxes[label] ?? null, [i, j, k, i, j, k])
      }
    }
  }
  boxes[0] = boxes.reduce((all, box) => (box ? joined(all, box) : all), null)
  return boxes
}

function joined(all: number[] | null, box: readonly number[]): number[] {
  if (!all) return [...box]
  for (let axis = 0; axis < 3; axis++) {
    all[axis] = Math.min(all[axis] as number, box[axis] as number)
    all[axis + 3] = Math.max(all[axis + 3] as number, box[axis + 3] as number)
  }
  return all
}
