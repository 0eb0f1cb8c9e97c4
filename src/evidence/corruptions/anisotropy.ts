import { seededRandom } from '../../core/random.ts'
import { IDLE_CONTEXT } from '../../core/stage.ts'
import { type Interpolation, resampleTo } from '../../volume/resample.ts'
import { perAxis, spaced } from '../../volume/target-grid.ts'
import { atLevels } from '../severity.ts'

const LINEAR: Interpolation = { method: 'linear', fillValue: null }

/**
 * Thick slices: down along one axis by this factor, averaged as a slice profile does, and up again. TorchIO's
 * RandomAnisotropy default: 1.5 to 5.
 */
export const anisotropy = atLevels([1.5, 2, 3, 4, 5], async (volume, factor, seed) => {
  const { grid } = volume
  const thick = Math.floor(3 * seededRandom(seed)())
  const spacingMm = perAxis((axis) => {
    const extentMm = grid.size[axis] * grid.spacing[axis]
    // A whole number of thick slices over exactly the same field: no voxel is left outside of them on the way back.
    return axis === thick ? extentMm / Math.max(1, Math.round(grid.size[axis] / factor)) : grid.spacing[axis]
  })
  const coarse = await resampleTo(volume, spaced(grid, spacingMm), LINEAR, IDLE_CONTEXT)
  return resampleTo(coarse, grid, LINEAR, IDLE_CONTEXT)
})
