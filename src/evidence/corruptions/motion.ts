import { seededRandom } from '../../core/random.ts'
import type { Vec3 } from '../../core/types.ts'
import { addFiltered, frequencies } from '../axis-filter.ts'
import { movedData } from '../moved.ts'
import { atLevels } from '../severity.ts'
import { clippedToFloor } from './k-space.ts'

interface Level {
  readonly degrees: number
  readonly mm: number
  /** Share of k-space, about its middle, in which the patient lay still. */
  readonly still: number
}

/**
 * The patient lies otherwise during the first and the last part of the acquisition: those k-space lines come from a turned
 * and shifted scan, the middle ones, which carry the shape, from the scan itself (Shaw et al. 2019, as in TorchIO's
 * RandomMotion with its two movements). Up to 5 degrees and 10 mm: the five steps of ROOD-MRI (Boone et al. 2023), which
 * also moves more often with each step; here the still part shrinks instead. Memory: 8 bytes a voxel.
 */
export const motion = atLevels<Level>(
  [
    { degrees: 1, mm: 2, still: 0.6 },
    { degrees: 2, mm: 4, still: 0.5 },
    { degrees: 3, mm: 6, still: 0.4 },
    { degrees: 4, mm: 8, still: 0.3 },
    { degrees: 5, mm: 10, still: 0.2 },
  ],
  (volume, { degrees, mm, still: share }, seed) => {
    const random = seededRandom(seed)
    const axis = random() < 0.5 ? 0 : 1
    const poses = [0, 1].map(() => ({ turn: direction(random), shift: direction(random), early: 0.2 * random() }))
    const { size } = volume.grid
    const sum = new Float32Array(volume.data.length)
    const still = new Float64Array(frequencies(size[axis])).fill(1)
    for (const { turn, shift, early } of poses) {
      const moved = movedData(volume, scaled(turn, degrees), scaled(shift, mm))
      // One side of k-space each; the real part of the picture sees half of it on both sides.
      const gains = still.map((_, c) => (c > ((1 - early) * share * size[axis]) / 2 ? 0.5 : 0))
      for (let c = 0; c < still.length; c++) still[c] = (still[c] as number) - (gains[c] as number)
      addFiltered(moved, sum, size, axis, gains)
    }
    addFiltered(volume.data, sum, size, axis, still)
    return clippedToFloor(volume, sum)
  },
)

/** Along each axis between a half and one, either way. */
function direction(random: () => number): Vec3 {
  const one = () => (random() < 0.5 ? -1 : 1) * (0.5 + 0.5 * random())
  return [one(), one(), one()]
}

const scaled = (v: Vec3, by: number): Vec3 => [v[0] * by, v[1] * by, v[2] * by]
