import { seededRandom } from '../../core/random.ts'
import { addFiltered, frequencies } from '../axis-filter.ts'
import { atLevels } from '../severity.ts'
import { clippedToFloor } from './k-space.ts'

/**
 * Weaker copies of the picture along the phase axis, as from breathing or pulsing: every n-th k-space line loses a share of
 * its signal, the middle line none (TorchIO's RandomGhosting; n from its default, 4 to 10). Shares 0.2 to 1: the span of the
 * corruption table of the segmentation failure benchmark (Zenk et al. 2024). Memory: 6 bytes a voxel.
 */
export const ghost = atLevels([0.2, 0.4, 0.6, 0.8, 1], (volume, share, seed) => {
  const random = seededRandom(seed)
  const axis = random() < 0.5 ? 0 : 1
  const every = 4 + Math.floor(7 * random())
  const { size } = volume.grid
  const sum = new Float32Array(volume.data.length)
  const gains = new Float64Array(frequencies(size[axis])).map((_, c) => (c > 0 && c % every === 0 ? 1 - share : 1))
  addFiltered(volume.data, sum, size, axis, gains)
  return clippedToFloor(volume, sum)
})
