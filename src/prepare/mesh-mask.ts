import { emptyMask, wordsPerRow } from '../core/mask.ts'
import { pacer } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Grid, Mask, Mesh } from '../core/types.ts'
import { rowCrossing } from './row-winding.ts'

/**
 * Voxels whose centre lies inside a closed surface (winding number above 0), of a grid whose axes are those of the body. The
 * surface crosses each row of voxels as often inwards as outwards, so one pass over the triangles and one over the rows do.
 * Memory: the mask, 4 bytes a row, and 4 bytes for each time that a row meets the surface.
 */
export async function meshMask(mesh: Mesh, grid: Grid, ctx: Context): Promise<Mask> {
  const mask = emptyMask(grid)
  const [nx, ny, nz] = grid.size
  const { breathe } = pacer(ctx)
  const rows = await crossingsByRow(mesh, grid, breathe)
  const perRow = wordsPerRow(grid)
  const change = new Int32Array(nx + 1)
  for (let row = 0; row < ny * nz; row++) {
    if (row % 4096 === 0) await breathe(0.9 + (0.1 * row) / (ny * nz))
    const [from, to] = [rows.start[row] as number, rows.start[row + 1] as number]
    if (from === to) continue
    change.fill(0)
    for (let n = from; n < to; n++) {
      const packed = rows.packed[n] as number
      const i = packed >> 1
      change[i] = (change[i] as number) + (packed & 1 ? 1 : -1)
    }
    let winding = 0
    for (let i = 0; i < nx; i++) {
      winding += change[i] as number
      if (winding <= 0) continue
      const word = row * perRow + (i >> 5)
      mask.words[word] = (mask.words[word] as number) | (1 << (i & 31))
    }
  }
  return mask
}

/** Row r meets the surface at packed[start[r]] to packed[start[r + 1] - 1]: first voxel behind it times 2, and 1 when it enters. */
interface RowCrossings {
  readonly start: Uint32Array
  readonly packed: Int32Array
}

type Breathe = (fraction: number) => Promise<void> | undefined

async function crossingsByRow(mesh: Mesh, grid: Grid, breathe: Breathe): Promise<RowCrossings> {
  const start = new Uint32Array(grid.size[1] * grid.size[2] + 1)
  await eachCrossing(
    mesh,
    grid,
    (fraction) => breathe(0.45 * fraction),
    (row) => {
      start[row + 1] = (start[row + 1] as number) + 1
    },
  )
  for (let row = 1; row < start.length; row++) start[row] = (start[row] as number) + (start[row - 1] as number)
  const packed = new Int32Array(start[start.length - 1] as number)
  const fill = start.slice()
  await eachCrossing(
    mesh,
    grid,
    (fraction) => breathe(0.45 + 0.45 * fraction),
    (row, voxel, enters) => {
      const at = fill[row] as number
      packed[at] = 2 * voxel + (enters ? 1 : 0)
      fill[row] = at + 1
    },
  )
  return { start, packed }
}

async function eachCrossing(
  mesh: Mesh,
  { size: [nx, ny, nz], spacing, origin }: Grid,
  breathe: Breathe,
  meet: (row: number, voxel: number, enters: boolean) => void,
): Promise<void> {
  const { positions: p, indices } = mesh
  const crossing = rowCrossing(mesh)
  /** Rows whose centre may lie between a triangle's corners on one axis. */
  const reach = (t: number, axis: 1 | 2, count: number) => {
    const [a, b, c] = [0, 1, 2].map((n) => p[3 * (indices[3 * t + n] as number) + axis] as number) as Triple
    const row = (mm: number) => (mm - origin[axis]) / spacing[axis]
    return [
      Math.max(0, Math.ceil(row(Math.min(a, b, c))) - 1),
      Math.min(count - 1, Math.floor(row(Math.max(a, b, c))) + 1),
    ] as const
  }
  for (let t = 0; t < indices.length / 3; t++) {
    if (t % 1024 === 0) await breathe((3 * t) / indices.length)
    const [j0, j1] = reach(t, 1, ny)
    const [k0, k1] = reach(t, 2, nz)
    for (let k = k0; k <= k1; k++)
      for (let j = j0; j <= j1; j++) {
        const facing = crossing.at(t, origin[1] + j * spacing[1], origin[2] + k * spacing[2])
        if (facing === 0) continue
        const voxel = Math.floor((crossing.x - origin[0]) / spacing[0]) + 1
        meet(k * ny + j, Math.min(nx, Math.max(0, voxel)), facing < 0)
      }
  }
}

type Triple = [number, number, number]
