import { PipelineError } from '../core/errors.ts'
import { wordsPerRow } from '../core/mask.ts'
import { subContext } from '../core/pace.ts'
import type { Context, StageSpec } from '../core/stage.ts'
import type { Grid, Mask, Volume } from '../core/types.ts'
import { components, type Labelling, type Neighbours, piecesThat } from './components.ts'
import { FILL_HOLES, fillHoles } from './fill-holes.ts'
import { combine } from './logic.ts'
import { grow, marginWith } from './margin.ts'
import { morphologyBy } from './morphology.ts'
import { meanOfPieces } from './piece-values.ts'
import { threshold } from './threshold.ts'

export interface RemoveTableParams {
  /** Below this is air, foam and cloth. */
  readonly airHu: number
  /** Plates thinner than twice this do not count as body where they leave it. */
  readonly radiusMm: number
  /** What sticks out of the body as a thin sheet stays up to this length: ears and noses, but no table. */
  readonly stickOutMm: number
}

/**
 * -300 HU lies between cloth and foam (below -700) and fat (-120). 5 mm: head rests and table tops of the scans at hand are 2
 * to 6 mm thick. 90 mm from corner to corner of its box: an ear with what hangs on it.
 */
export const REMOVE_TABLE = {
  name: 'remove-table',
  version: 1,
  defaults: { airHu: -300, radiusMm: 5, stickOutMm: 90 },
} as const satisfies StageSpec<RemoveTableParams>

const HIGHEST_HU = 32_767
/** A second thick piece is a limb when its mean is above this; the hollow of a table is foam or air. */
const LIMB_HU = -200
/** And when its mass is this share of the body's. */
const LIMB_SHARE = 0.01

/** A piece with the body on so many of four sides lies within it: vessels of a lung that the border of the scan cuts open. */
const SIDES_WITHIN = 3

/** What finding the body asks of the masks; the device has the same. */
export interface BodyTools {
  grow(mask: Mask, distanceMm: number, ctx: Context): Promise<Mask>
  components(mask: Mask, neighbours: Neighbours, ctx: Context): Promise<Labelling> | Labelling
  fill(mask: Mask, ctx: Context): Promise<Mask> | Mask
}

const CPU_TOOLS: BodyTools = {
  grow,
  components,
  fill: (mask, ctx) => fillHoles(mask, { ...FILL_HOLES.defaults, mode: 'slices' }, ctx),
}

/**
 * The patient of a CT, as one solid: without table, head rest, cushions and cables. Errors: app/bad-parameter;
 * segment/empty when no body is thick enough.
 *
 * What is denser than air is filled slice by slice, so that a head counts as thick whatever is inside. An opening by a
 * ball takes plates away; of what is left the heaviest piece (volume alone would prefer a hollow table) is the body,
 * with limbs beside it. Back come the edges that the opening rounded, what sticks out of them
 * no further than an ear, and what the body surrounds.
 * A plate that lies against the body stays near where it does; a hollow table closed on all sides that lies against it over
 * more than twice `radiusMm` cannot be told from a body and stays.
 * Memory: five masks, and 8 bytes a run.
 */
export function bodyMask(volume: Volume, params: RemoveTableParams, ctx: Context): Promise<Mask> {
  return bodyBy(volume, params, ctx, CPU_TOOLS)
}

/** As bodyMask, with either twin of the tools. */
export async function bodyBy(volume: Volume, params: RemoveTableParams, ctx: Context, tools: BodyTools): Promise<Mask> {
  checkTable(params)
  const { airHu, radiusMm, stickOutMm } = params
  const part = (from: number, to: number) => subContext(ctx, from, to)
  const dense = threshold(volume, { lowHu: airHu, highHu: HIGHEST_HU }, part(0, 0.05))
  const solid = await tools.fill(dense, part(0.05, 0.15))
  const thick = await opened(solid, radiusMm, part(0.15, 0.5), tools)
  const core = heaviest(await tools.components(thick, 6, part(0.5, 0.6)), volume)
  const near = combine(await tools.grow(core, radiusMm, part(0.6, 0.75)), solid, 'intersect')
  const rest = combine(solid, near, 'subtract')
  const touching = await tools.grow(near, 1.01 * Math.max(...volume.grid.spacing), part(0.75, 0.85))
  const pieces = await tools.components(rest, 6, part(0.85, 1))
  return combine(near, belonging(pieces, near, touching, stickOutMm), 'union')
}

/** A mask without what lies outside the body. Errors: as bodyMask, segment/grid-mismatch, segment/empty. */
export async function removeTable(volume: Volume, mask: Mask, params: RemoveTableParams, ctx: Context): Promise<Mask> {
  return withinBody(mask, await bodyMask(volume, params, ctx))
}

/** The part of a mask that lies in the body. Errors: segment/grid-mismatch, segment/empty. */
export function withinBody(mask: Mask, body: Mask): Mask {
  const kept = combine(mask, body, 'intersect')
  if (kept.words.some((word) => word !== 0)) return kept
  throw new PipelineError('segment/empty', 'Nothing of the mask lies within the body. Choose another range first.')
}

/** Throws app/bad-parameter unless the parameters can be used. */
export function checkTable({ airHu, radiusMm, stickOutMm }: RemoveTableParams): void {
  if (Number.isFinite(airHu) && radiusMm > 0 && radiusMm <= 50 && stickOutMm >= 0) return
  throw new PipelineError(
    'app/bad-parameter',
    'Choose a thickness above 0 and up to 50 mm, and a length of 0 or more.',
    {
      airHu,
      radiusMm,
      stickOutMm,
    },
  )
}

async function opened(solid: Mask, radiusMm: number, ctx: Context, tools: BodyTools): Promise<Mask> {
  return morphologyBy(solid, { op: 'open', radiusMm }, ctx, (mask, distanceMm, part) =>
    marginWith(mask, { distanceMm }, (sites, mm) => tools.grow(sites, mm, part)),
  )
}

/** The heaviest component and the limbs beside it. */
function heaviest(labelling: Labelling, volume: Volume): Mask {
  const means = meanOfPieces(labelling, volume)
  const meanHu = (n: number) => means[n] as number
  const mass = (n: number) => (meanHu(n) + 1000) * (labelling.voxels[n] as number)
  let body = 0
  for (let n = 1; n < labelling.count; n++) if (mass(n) > mass(body)) body = n
  return piecesThat(labelling, (n) => n === body || (meanHu(n) >= LIMB_HU && mass(n) >= LIMB_SHARE * mass(body)))
}

/**
 * The pieces that belong to the body beside `near`: those that touch it and are no longer than an ear, or in fewer than half
 * of the slices (a table goes on; the arch of a cheek, or the temple of a dry skull, does not); and those within it.
 */
function belonging(pieces: Labelling, near: Mask, touching: Mask, mostMm: number): Mask {
  const touches = new Uint32Array(pieces.count)
  const within = new Uint32Array(pieces.count)
  const { rowStart, runs, labels, grid } = pieces
  const ny = grid.size[1]
  const perRow = wordsPerRow(grid)
  let extent: SliceExtent | null = null
  for (let row = 0; row < rowStart.length - 1; row++) {
    if (row % ny === 0) extent = null
    for (let run = rowStart[row] as number; run < (rowStart[row + 1] as number); run++) {
      extent ??= new SliceExtent(near, Math.floor(row / ny))
      const label = labels[run] as number
      const span = runs[run] as number
      for (let i = span >>> 16; i <= (span & 0xffff); i++) {
        const word = touching.words[row * perRow + (i >> 5)] as number
        touches[label] = (touches[label] as number) + ((word >>> (i & 31)) & 1)
        if (extent.sidesAt(i, row % ny) >= SIDES_WITHIN) within[label] = (within[label] as number) + 1
      }
    }
  }
  const chosen = touches.map((count, n) => {
    const isShort = diagonalMm(pieces.boxes, n, grid) <= mostMm || slicesOf(pieces.boxes, n) * 2 < grid.size[2]
    return (count > 0 && isShort) || 2 * (within[n] as number) > (pieces.voxels[n] as number) ? 1 : 0
  })
  return piecesThat(pieces, (n) => chosen[n] === 1)
}

/** How far the body reaches in one slice: for each row and each column its first and last voxel. */
class SliceExtent {
  private readonly rows: Int32Array
  private readonly columns: Int32Array

  constructor({ grid, words }: Mask, k: number) {
    const [nx, ny] = grid.size
    const perRow = wordsPerRow(grid)
    this.rows = unseen(ny)
    this.columns = unseen(nx)
    for (let j = 0; j < ny; j++) {
      for (let w = 0; w < perRow; w++) {
        for (let bits = words[(j + ny * k) * perRow + w] as number; bits !== 0; bits &= bits - 1) {
          const i = w * 32 + 31 - Math.clz32(bits & -bits)
          see(this.rows, j, i)
          see(this.columns, i, j)
        }
      }
    }
  }

  /** On how many of its four sides a voxel has the body, looking along row and column. */
  sidesAt(i: number, j: number): number {
    const { rows, columns } = this
    const [left, right] = [(rows[2 * j] as number) < i, (rows[2 * j + 1] as number) > i]
    const [front, back] = [(columns[2 * i] as number) < j, (columns[2 * i + 1] as number) > j]
    return Number(left) + Number(right) + Number(front) + Number(back)
  }
}

/** First and last voxel of each line, none seen yet: nothing lies before the first or beyond the last. */
const unseen = (lines: number) => Int32Array.from({ length: 2 * lines }, (_, n) => (n % 2 === 0 ? 65_536 : -1))

function see(extent: Int32Array, line: number, at: number): void {
  if (at < (extent[2 * line] as number)) extent[2 * line] = at
  if (at > (extent[2 * line + 1] as number)) extent[2 * line + 1] = at
}

const slicesOf = (boxes: Uint16Array, n: number) => (boxes[n * 6 + 5] as number) - (boxes[n * 6 + 2] as number) + 1

function diagonalMm(boxes: Uint16Array, n: number, { spacing }: Grid): number {
  const side = (axis: 0 | 1 | 2) =>
    ((boxes[n * 6 + 3 + axis] as number) - (boxes[n * 6 + axis] as number) + 1) * spacing[axis]
  return Math.hypot(side(0), side(1), side(2))
}
