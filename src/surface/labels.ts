import { pacer, subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Grid, LabelMap, Mask, Mesh, Vec3 } from '../core/types.ts'
import { checkSize, nothingInside } from './contour.ts'
import { meshOf } from './marching-cubes.ts'

/** The closed surface of one label. */
export interface LabelSurface {
  readonly label: number
  readonly mesh: Mesh
}

/** Smallest box around a label, in voxels; the last ones are included. `x` starts at a mask word. */
export interface LabelBox {
  readonly label: number
  readonly first: Vec3
  readonly last: Vec3
}

type Run = (label: number, from: number, end: number, j: number, k: number) => void

/** Calls with each run of equal labels along x, background left out. Reads one byte a voxel. */
async function eachRun(map: LabelMap, ctx: Context, run: Run): Promise<void> {
  const { labels, grid } = map
  const [nx, ny, nz] = grid.size
  const { breathe } = pacer(ctx)
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const row = (k * ny + j) * nx
      const end = row + nx
      for (let at = row; at < end; ) {
        const label = labels[at] as number
        const from = at++
        while (at < end && labels[at] === label) at++
        if (label !== 0) run(label, from - row, at - row, j, k)
      }
    }
    await breathe((k + 1) / nz)
  }
}

type Corners = readonly [x: Int32Array, y: Int32Array, z: Int32Array]

/** One corner of the box of each label. */
function cornersOf(value: number): Corners {
  return [new Int32Array(256).fill(value), new Int32Array(256).fill(value), new Int32Array(256).fill(value)]
}

/** Boxes of all labels that occur, lowest label first. Reads one byte a voxel. Errors: surface/too-large. */
export async function labelBoxes(map: LabelMap, ctx: Context): Promise<LabelBox[]> {
  checkSize(map.grid)
  const low = cornersOf(Math.max(...map.grid.size))
  const high = cornersOf(-1)
  await eachRun(map, ctx, (label, from, end, j, k) => {
    if (from < (low[0][label] as number)) low[0][label] = from
    if (end > (high[0][label] as number)) high[0][label] = end
    if (j < (low[1][label] as number)) low[1][label] = j
    if (j > (high[1][label] as number)) high[1][label] = j
    if (high[2][label] === -1) low[2][label] = k
    high[2][label] = k
  })
  const at = (corners: Corners, axis: 0 | 1 | 2, label: number) => corners[axis][label] as number
  return Array.from({ length: 256 }, (_, label) => label)
    .filter((label) => at(high, 2, label) >= 0)
    .map((label) => ({
      label,
      first: [at(low, 0, label) & ~31, at(low, 1, label), at(low, 2, label)],
      last: [at(high, 0, label) - 1, at(high, 1, label), at(high, 2, label)],
    }))
}

/** The mask of one label in its box; its grid keeps the origin of the whole. */
interface Cutout {
  readonly mask: Mask
  readonly box: LabelBox
  readonly words: number
}

function cutoutOf(grid: Grid, box: LabelBox): Cutout {
  const size = box.first.map((first, axis) => (box.last[axis] as number) + 1 - first) as unknown as Vec3
  const words = (size[0] + 31) >>> 5
  return { mask: { grid: { ...grid, size }, words: new Uint32Array(words * size[1] * size[2]) }, box, words }
}

/** Sets the bits from .. end - 1 of a row that starts at word `at`. */
function setRun(words: Uint32Array, at: number, from: number, end: number): void {
  for (let w = from >> 5; w <= (end - 1) >> 5; w++) {
    const above = Math.max(0, from - w * 32)
    const upTo = Math.min(32, end - w * 32)
    const bits = (upTo === 32 ? -1 : (1 << upTo) - 1) & (-1 << above)
    words[at + w] = (words[at + w] as number) | bits
  }
}

/** All labels to bits in one sweep. Memory: 1/8 byte a voxel of each label's box. */
async function cutOut(map: LabelMap, boxes: readonly LabelBox[], ctx: Context): Promise<Cutout[]> {
  const cutouts = boxes.map((box) => cutoutOf(map.grid, box))
  const byLabel = new Map(cutouts.map((cutout) => [cutout.box.label, cutout]))
  await eachRun(map, ctx, (label, from, end, j, k) => {
    const cutout = byLabel.get(label)
    if (cutout === undefined) return
    const { mask, box, words } = cutout
    const row = (k - box.first[2]) * mask.grid.size[1] + j - box.first[1]
    setRun(mask.words, row * words, from - box.first[0], end - box.first[0])
  })
  return cutouts
}

/**
 * One closed surface for each label that occurs, lowest label first, all from one sweep over the label map: the same bytes
 * as marchingCubes on the mask of that label alone. Vertices lie half-way between voxels, so two labels that meet have the
 * same vertices on their common face and touch without gap or overlap along grid edges. Reads two bytes a voxel.
 * Memory: the meshes and 1/8 byte a voxel of each label's box. Errors: surface/empty, surface/too-large.
 */
export async function labelSurfaces(map: LabelMap, ctx: Context): Promise<LabelSurface[]> {
  const boxes = await labelBoxes(map, subContext(ctx, 0, 0.2))
  if (boxes.length === 0) throw nothingInside()
  const cutouts = await cutOut(map, boxes, subContext(ctx, 0.2, 0.4))
  const surfaces: LabelSurface[] = []
  for (const [n, { mask, box }] of cutouts.entries()) {
    const part = subContext(ctx, 0.4 + (0.6 * n) / cutouts.length, 0.4 + (0.6 * (n + 1)) / cutouts.length)
    const mesh = await meshOf({ mask, volume: null }, { lowHu: null, highHu: null }, box.first, part)
    surfaces.push({ label: box.label, mesh })
  }
  ctx.progress(1)
  return surfaces
}
