import { seededNormal } from '../../core/random.ts'
import { changeValues, intensitiesOf } from '../intensity.ts'
import { atLevels } from '../severity.ts'

/** Values that a CT of organs is looked at with, in HU from end to end: what a share of 8-bit grey means there. */
const CT_WINDOW_HU = 500

/**
 * Noise of the receiver: Rician in MR, where the magnitude of two noisy channels is kept (Gudbjartsson and Patz 1995), else
 * Gaussian. Deviation 0.04 to 0.2 of the grey range: the steps of MedMNIST-C for organs (Di Salvo et al. 2024), a range that
 * is 500 HU wide in CT, so 20 to 100 HU, and lies between the 0.5 and 99.5 % quantiles elsewhere.
 */
export const noise = atLevels([0.04, 0.08, 0.12, 0.16, 0.2], (volume, share, seed) => {
  const normal = seededNormal(seed)
  const { floor, low, high } = intensitiesOf(volume)
  const sd = share * (volume.modality === 'CT' ? CT_WINDOW_HU : high - low)
  if (volume.modality !== 'MR') return changeValues(volume, () => (value) => value + sd * normal())
  return changeValues(volume, () => (value) => {
    const real = value - floor + sd * normal()
    const imaginary = sd * normal()
    return floor + Math.sqrt(real * real + imaginary * imaginary)
  })
})
