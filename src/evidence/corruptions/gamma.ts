import { seededRandom } from '../../core/random.ts'
import { changeValues, intensitiesOf } from '../intensity.ts'
import { atLevels } from '../severity.ts'

/**
 * Another contrast: values between the 0.5 and 99.5 % quantiles as a power of themselves, by the seed with this exponent or
 * with one over it. The steps of MedMNIST-C (Di Salvo et al. 2024); TorchIO's RandomGamma default ends at 1.35.
 */
export const gamma = atLevels([1.1, 1.2, 1.3, 1.4, 1.6], (volume, exponent, seed) => {
  const power = seededRandom(seed)() < 0.5 ? exponent : 1 / exponent
  const { low, high } = intensitiesOf(volume)
  return changeValues(volume, () => (value) => {
    const share = (value - low) / (high - low)
    return share <= 0 ? value : low + (high - low) * share ** power
  })
})
