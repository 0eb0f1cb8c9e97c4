import { emptyMask } from '../../src/core/mask.ts'
import type { Mask, Vec3 } from '../../src/core/types.ts'
import { setVoxel } from './masks.ts'
import { gridOf } from './phantoms.ts'

/**
 * One path, a voxel wide, that fills the volume: along every second row, with bridges at alternate ends, and up through
 * every second slice. The longest way a label can have to travel.
 */
export function snake(size: Vec3): Mask {
  const mask = emptyMask(gridOf(size))
  const rows = Math.ceil(size[1] / 2)
  let end = 0
  for (let k = 0; k < size[2]; k += 2) {
    for (let r = 0; r < rows; r++) {
      const up = k % 4 === 0
      const j = up ? 2 * r : 2 * (rows - 1 - r)
      for (let i = 0; i < size[0]; i++) setVoxel(mask, i, j, k)
      end = size[0] - 1 - end
      if (r < rows - 1) setVoxel(mask, end, up ? j + 1 : j - 1, k)
      else if (k + 2 < size[2]) setVoxel(mask, end, j, k + 1)
    }
  }
  return mask
}

/** A square spiral in each slice, a voxel wide with a voxel between its turns when the sizes are odd; the slices are joined at alternate ends. */
export function spiral(size: Vec3): Mask {
  const mask = emptyMask(gridOf(size))
  for (let k = 0; k < size[2]; k += 2) {
    const inner = turns(mask, k)
    if (k + 2 < size[2]) setVoxel(mask, ...(k % 4 === 0 ? inner : ([0, 0] as const)), k + 1)
  }
  return mask
}

/** Draws one slice and returns the inner end. */
function turns(mask: Mask, k: number): readonly [i: number, j: number] {
  const [nx, ny] = mask.grid.size
  const drawn = new Set(['0,0'])
  const taken = (i: number, j: number) => i < 0 || j < 0 || i >= nx || j >= ny || drawn.has(`${i},${j}`)
  let [i, j, di, dj] = [0, 0, 1, 0]
  setVoxel(mask, i, j, k)
  for (let stuck = 0; stuck < 2; ) {
    // A turn keeps one voxel clear of the last: it ends where the voxel after the next is drawn already.
    if (taken(i + di, j + dj) || drawn.has(`${i + 2 * di},${j + 2 * dj}`)) {
      ;[di, dj] = [-dj, di]
      stuck++
      continue
    }
    i += di
    j += dj
    drawn.add(`${i},${j}`)
    setVoxel(mask, i, j, k)
    stuck = 0
  }
  return [i, j]
}
