import { sameGrid, voxelCount } from '../core/affine.ts'
import { PipelineError } from '../core/errors.ts'
import { emptyMask, wordsPerRow } from '../core/mask.ts'
import type { Context } from '../core/stage.ts'
import type { Grid, LabelMap, Mask } from '../core/types.ts'

/** A mask and the label that its voxels get, 1 to 255. */
export interface LabelLayer {
  readonly label: number
  readonly mask: Mask
}

export const LABELS = 256

function requireLabel(label: number, lowest: number): void {
  if (Number.isInteger(label) && label >= lowest && label < LABELS) return
  throw new PipelineError('app/bad-parameter', `A label is a whole number from ${lowest} to 255.`, { label })
}

/** One byte a label: 1 when it is asked for. Throws app/bad-parameter unless these are labels, and at least one. */
export function labelTable(labels: readonly number[]): Uint8Array {
  if (labels.length === 0) throw new PipelineError('app/bad-parameter', 'Choose at least one label.')
  const table = new Uint8Array(LABELS)
  for (const label of labels) {
    requireLabel(label, 0)
    table[label] = 1
  }
  return table
}

/**
 * The voxels that carry one of these labels (0 is background). May be empty. Errors: app/bad-parameter.
 * Moves 1 1/8 bytes a voxel; memory: one mask.
 */
export function labelsToMask(map: LabelMap, labels: readonly number[], ctx: Context): Mask {
  const table = labelTable(labels)
  const mask = emptyMask(map.grid)
  const [nx, ny, nz] = map.grid.size
  const perRow = wordsPerRow(map.grid)
  for (let k = 0; k < nz; k++) {
    ctx.signal.throwIfAborted()
    for (let row = k * ny; row < (k + 1) * ny; row++) {
      for (let w = 0; w < perRow; w++) {
        const at = row * nx + w * 32
        mask.words[row * perRow + w] = wordOf(map.labels, at, Math.min(32, nx - w * 32), table)
      }
    }
  }
  ctx.progress(1)
  return mask
}

/** From the last voxel down, so that each shift makes room for one. */
function wordOf(labels: Uint8Array, at: number, used: number, table: Uint8Array): number {
  let bits = 0
  for (let n = at + used - 1; n >= at; n--) bits = (bits << 1) | (table[labels[n] as number] as number)
  return bits
}

/** Throws unless every layer lies on this grid (segment/grid-mismatch) and has a label (app/bad-parameter). */
export function requireLayers(grid: Grid, layers: readonly LabelLayer[]): void {
  for (const { label, mask } of layers) {
    requireLabel(label, 1)
    if (!sameGrid(mask.grid, grid)) {
      throw new PipelineError('segment/grid-mismatch', 'These masks belong to different scans and make no label map.')
    }
  }
}

/**
 * Masks as one label map; where they overlap the later one wins. Errors: segment/grid-mismatch, app/bad-parameter.
 * Moves 1/8 byte a voxel and layer and 1 a set voxel; memory: one byte a voxel.
 */
export function masksToLabels(grid: Grid, layers: readonly LabelLayer[], ctx: Context): LabelMap {
  requireLayers(grid, layers)
  const labels = new Uint8Array(voxelCount(grid))
  for (const { label, mask } of layers) {
    ctx.signal.throwIfAborted()
    paintLayer(labels, label, mask)
  }
  ctx.progress(1)
  return { grid, labels }
}

function paintLayer(labels: Uint8Array, label: number, { grid, words }: Mask): void {
  const [nx, ny, nz] = grid.size
  const perRow = wordsPerRow(grid)
  for (let row = 0, n = 0; row < ny * nz; row++) {
    for (let w = 0; w < perRow; w++, n++) {
      const at = row * nx + w * 32
      let bits = words[n] as number
      if (bits === 0xffffffff) {
        labels.fill(label, at, at + 32)
        continue
      }
      for (; bits !== 0; bits &= bits - 1) labels[at + 31 - Math.clz32(bits & -bits)] = label
    }
  }
}
