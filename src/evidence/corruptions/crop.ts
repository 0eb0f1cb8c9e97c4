import { seededRandom } from '../../core/random.ts'
import { changeValues, intensitiesOf } from '../intensity.ts'
import { atLevels } from '../severity.ts'

/**
 * The field of view ends early on one side, drawn by the seed: this share of the voxels along its axis hold the darkest
 * value, on the same grid. Steps of this project: nothing published cuts a field in steps.
 */
export const crop = atLevels([0.05, 0.1, 0.15, 0.2, 0.25], (volume, share, seed) => {
  const random = seededRandom(seed)
  const axis = Math.floor(3 * random())
  const atEnd = random() < 0.5
  const { floor } = intensitiesOf(volume)
  const size = volume.grid.size[axis] as number
  const cut = Math.round(share * size)
  const isCut = (n: number) => (atEnd ? n >= size - cut : n < cut)
  return changeValues(volume, (j, k) => {
    const rowIsCut = (axis === 1 && isCut(j)) || (axis === 2 && isCut(k))
    return (value, i) => (rowIsCut || (axis === 0 && isCut(i)) ? floor : value)
  })
})
