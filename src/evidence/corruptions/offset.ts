import { seededRandom } from '../../core/random.ts'
import { changeValues, intensitiesOf } from '../intensity.ts'
import { atLevels } from '../severity.ts'

interface Level {
  readonly hu: number
  /** Of the range between the 0.5 and 99.5 % quantiles, where there are no HU. */
  readonly share: number
}

/**
 * All values higher or lower, by the seed. In CT from 5 HU, what accreditation allows for water (ACR CT accreditation
 * program), doubling up to 80 HU, a wrong tube voltage or rescale. Elsewhere shares of the range. Steps of this project.
 */
export const offset = atLevels<Level>(
  [
    { hu: 5, share: 0.01 },
    { hu: 10, share: 0.02 },
    { hu: 20, share: 0.04 },
    { hu: 40, share: 0.08 },
    { hu: 80, share: 0.16 },
  ],
  (volume, { hu, share }, seed) => {
    const { low, high } = intensitiesOf(volume)
    const sign = seededRandom(seed)() < 0.5 ? -1 : 1
    const by = sign * (volume.modality === 'CT' ? hu : share * (high - low))
    return changeValues(volume, () => (value) => value + by)
  },
)
