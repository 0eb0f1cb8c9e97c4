import { seededRandom } from '../../core/random.ts'
import { changeValues, intensitiesOf } from '../intensity.ts'
import { atLevels } from '../severity.ts'

const ORDER = 3

/** Powers of x, y and z up to the third order in all; the constant only scales the scan and is left out. */
const POWERS = Array.from(
  { length: (ORDER + 1) ** 3 },
  (_, n) => [n % 4, Math.floor(n / 4) % 4, Math.floor(n / 16)] as const,
).filter(([x, y, z]) => x + y + z > 0 && x + y + z <= ORDER) // prettier-ignore

/**
 * Uneven sensitivity of the receive coil: the signal above the darkest value times exp of a cubic polynomial (Van Leemput
 * et al. 1999; TorchIO's RandomBiasField). Coefficients up to 0.2, 0.6 and 0.8 in the corruption table of the segmentation
 * failure benchmark (Zenk et al. 2024); TorchIO's default, 0.5, is the middle.
 */
export const biasField = atLevels([0.2, 0.35, 0.5, 0.65, 0.8], (volume, most, seed) => {
  const random = seededRandom(seed)
  const terms = POWERS.map(([x, y, z]) => ({ x, y, z, weight: most * (2 * random() - 1) }))
  const { floor } = intensitiesOf(volume)
  const [nx, ny, nz] = volume.grid.size
  const along = (n: number, size: number) => (size > 1 ? (2 * n) / (size - 1) - 1 : 0)
  return changeValues(volume, (j, k) => {
    const [v, w] = [along(j, ny), along(k, nz)]
    const cubic = [0, 0, 0, 0]
    for (const { x, y, z, weight } of terms) cubic[x] = (cubic[x] as number) + weight * v ** y * w ** z
    const [a, b, c, d] = cubic as [number, number, number, number]
    return (value, i) => {
      const u = along(i, nx)
      return floor + (value - floor) * Math.exp(a + u * (b + u * (c + u * d)))
    }
  })
})
