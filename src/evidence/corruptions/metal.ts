import { seededRandom } from '../../core/random.ts'
import type { Vec3, Volume } from '../../core/types.ts'
import { changeValues, type Intensities, intensitiesOf } from '../intensity.ts'
import { atLevels } from '../severity.ts'

interface Level {
  readonly radiusMm: number
  readonly hu: number
  /** Of the range between the 0.5 and 99.5 % quantiles, where there are no HU. */
  readonly share: number
}

/** What 12 bits of CT end at: metal is no brighter. */
const BRIGHTEST_HU = 3071
/** Distance in mm at which a streak has half its height. */
const HALF_MM = 30
/** Bright rays on one turn round the metal, in four patterns that add up. */
const RAYS = [2, 5, 9, 14] as const

/**
 * A ball of metal with streaks in its slices: bright and dark rays that fade with the distance (photon starvation and beam
 * hardening; De Man et al. 1999). The ball is the brightest value in CT and no signal elsewhere. Place and rays by the seed,
 * somewhere in the middle half of the scan. A model in the picture, not of the beam; steps of this project.
 */
export const metal = atLevels<Level>(
  [
    { radiusMm: 2, hu: 60, share: 0.05 },
    { radiusMm: 3, hu: 120, share: 0.1 },
    { radiusMm: 4, hu: 240, share: 0.2 },
    { radiusMm: 5, hu: 400, share: 0.3 },
    { radiusMm: 6, hu: 600, share: 0.45 },
  ],
  (volume, level, seed) => {
    const values = intensitiesOf(volume)
    const random = seededRandom(seed)
    const place = volume.grid.size.map((n) => n * (0.25 + 0.5 * random())) as unknown as Vec3
    const phases = RAYS.map(() => 2 * Math.PI * random())
    const height = volume.modality === 'CT' ? level.hu : level.share * (values.high - values.low)
    const [sx, sy, sz] = volume.grid.spacing
    return changeValues(volume, (j, k) => {
      const y = (j - place[1]) * sy
      const z = (k - place[2]) * sz
      const inSlice = height * Math.exp(-0.5 * (z / level.radiusMm) ** 2)
      return (value, i) => {
        const x = (i - place[0]) * sx
        const awayMm = Math.sqrt(x * x + y * y)
        if (awayMm * awayMm + z * z <= level.radiusMm ** 2) return metalValue(volume, values)
        if (inSlice < 1e-3 * height) return value
        const angle = Math.atan2(y, x)
        const ray = RAYS.reduce((sum, n, r) => sum + Math.cos(n * angle + (phases[r] as number)), 0) / RAYS.length
        return Math.max(values.floor, value + (inSlice * 2 * ray) / (1 + awayMm / HALF_MM))
      }
    })
  },
)

const metalValue = ({ modality }: Volume, { floor }: Intensities): number => (modality === 'CT' ? BRIGHTEST_HU : floor)
