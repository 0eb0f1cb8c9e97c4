import { seededRandom } from '../../core/random.ts'
import { changeValues, intensitiesOf } from '../intensity.ts'
import { atLevels } from '../severity.ts'

/**
 * One wrong k-space point: a plane wave over the whole scan (herringbone; TorchIO's RandomSpike). The level is its height
 * against the largest point of k-space, which is the sum of the scan above its darkest value, so the wave's height is that
 * share of the mean and no transform is needed. 0.1 to 0.8: the span of the corruption table of the segmentation failure
 * benchmark (Zenk et al. 2024); TorchIO's default, 1 to 3, leaves no scan to read.
 */
export const spike = atLevels([0.1, 0.2, 0.35, 0.5, 0.8], (volume, share, seed) => {
  const random = seededRandom(seed)
  const cycles = () => (random() < 0.5 ? -1 : 1) * (0.05 + 0.4 * random())
  const [fx, fy, fz] = [cycles(), cycles(), cycles()].map((f) => 2 * Math.PI * f) as [number, number, number]
  const phase = 2 * Math.PI * random()
  const { mean, floor } = intensitiesOf(volume)
  const height = share * (mean - floor)
  return changeValues(volume, (j, k) => {
    const angle = phase + fy * j + fz * k
    return (value, i) => value + height * Math.cos(angle + fx * i)
  })
})
