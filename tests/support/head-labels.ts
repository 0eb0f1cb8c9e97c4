import { seededNormal } from '../../src/core/random.ts'
import type { Grid, LabelMap } from '../../src/core/types.ts'
import type { Structure } from '../../src/infer/card.ts'
import { gridOf } from './phantoms.ts'

/** What may be taken from headLabels(). */
export const HEAD_STRUCTURES: readonly Structure[] = [
  { anatomy: 'brain', of: [1, 2] },
  { anatomy: 'ventricles', of: [2] },
  { anatomy: 'skull', of: [3] },
]

/** Voxels of 5 mm whose axes point left, back and up. */
export const HEAD_GRID: Grid = gridOf([40, 48, 48], [5, 5, 5])

/**
 * A head drawn with ellipsoids: soft tissue (4) with skull (3), brain (1) above the middle and behind it, ventricles (2)
 * in the brain and a jaw in front below. Sizes and places vary by a few per cent with the seed.
 */
export function headLabels(seed: number, grid: Grid = HEAD_GRID): LabelMap {
  const normal = seededNormal(seed)
  const scale = 1 + 0.04 * normal()
  const [x, y, z] = [100 + 2 * normal(), 120 + 2 * normal(), 120 + 2 * normal()]
  const brainZ = z + 25 + 2 * normal()
  const brainY = y + 12 + 2 * normal()
  const ball = (p: readonly number[], c: readonly number[], r: readonly number[]) =>
    r.reduce((sum, radius, n) => sum + (((p[n] as number) - (c[n] as number)) / (scale * radius)) ** 2, 0) < 1
  const [nx, ny, nz] = grid.size
  const labels = new Uint8Array(nx * ny * nz)
  for (let at = 0; at < labels.length; at++) {
    const p = [(at % nx) * 5, (Math.floor(at / nx) % ny) * 5, Math.floor(at / (nx * ny)) * 5]
    if (ball(p, [x, brainY + 5, brainZ], [18, 30, 15])) labels[at] = 2
    else if (ball(p, [x, brainY, brainZ], [60, 72, 52])) labels[at] = 1
    else if (ball(p, [x, brainY, brainZ], [68, 80, 60]) || ball(p, [x, y - 50, z - 50], [35, 30, 25])) labels[at] = 3
    else if (ball(p, [x, y, z], [78, 98, 105])) labels[at] = 4
  }
  return { grid, labels }
}

/** The same voxels in the opposite order along one axis: what a network sees of a scan that lies the wrong way round. */
export function turned({ grid, labels }: LabelMap, axis: 0 | 1 | 2): LabelMap {
  const [nx, ny] = grid.size
  const last = (grid.size[axis] as number) - 1
  const flipped = labels.map((_, at) => {
    const ijk = [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))] as [number, number, number]
    ijk[axis] = last - ijk[axis]
    return labels[ijk[0] + nx * (ijk[1] + ny * ijk[2])] as number
  })
  return { grid, labels: flipped }
}
