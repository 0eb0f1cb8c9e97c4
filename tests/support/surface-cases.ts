import { hasVoxel } from '../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mask, Vec3, Volume } from '../../src/core/types.ts'
import { threshold } from '../../src/segment/threshold.ts'
import type { SurfaceInput, SurfaceParams } from '../../src/surface/marching-cubes.ts'
import { gridOf, maskOf, randomMask, randomVolume, volumeOf } from './phantoms.ts'

/** What a surface is made of, and with. */
export interface SurfaceCase {
  readonly input: SurfaceInput
  readonly params: SurfaceParams
}

const UNBOUNDED: SurfaceParams = { lowHu: null, highHu: null }
const SIDE = 16

/**
 * All 4096 ways in which the 12 corners of two neighbouring cells along an axis are in or out, 16 x 16 x 16 of them in one
 * mask, each with a layer of outside around it: every cell of the pair meets outside cells too.
 */
export function twoCellMask(axis: 0 | 1 | 2): Mask {
  const block = [0, 1, 2].map((a) => (a === axis ? 4 : 3)) as unknown as Vec3
  const size = block.map((n) => n * SIDE + 1) as unknown as Vec3
  return maskOf(gridOf(size), (i, j, k) => {
    const at = [i, j, k]
    const local = at.map((x, a) => (x % (block[a] as number)) - 1)
    const cell = at.map((x, a) => Math.floor(x / (block[a] as number)))
    if (local.some((x) => x < 0) || cell.some((x) => x >= SIDE)) return false
    const pattern = ((cell[2] as number) * SIDE + (cell[1] as number)) * SIDE + (cell[0] as number)
    const [u, v] = [0, 1, 2].filter((a) => a !== axis) as [number, number]
    const corner = (local[axis] as number) * 4 + (local[u] as number) * 2 + (local[v] as number)
    return ((pattern >> corner) & 1) === 1
  })
}

/** Values above 0 inside and below outside, of any size, so that vertices come close to grid points. */
function valuesFor(mask: Mask, seed: number): Volume {
  const { data } = randomVolume(mask.grid, seed)
  let n = 0
  return volumeOf(mask.grid, (i, j, k) => {
    const size = Math.abs(data[n++] as number) % 32768
    return hasVoxel(mask, i, j, k) ? size : -size - 1
  })
}

const ofMask = (mask: Mask, volume: Volume | null = null, params = UNBOUNDED): SurfaceCase => ({
  input: { mask, volume },
  params,
})

function ofField(volume: Volume, lowHu: number, highHu: number): SurfaceCase {
  return { input: { mask: threshold(volume, { lowHu, highHu }, IDLE_CONTEXT), volume }, params: { lowHu, highHu } }
}

/** Whole numbers from -most to most, so that many neighbours are equal and many lie on a limit. */
function smallIntegers(size: Vec3, most: number, seed: number): Volume {
  const { data } = randomVolume(gridOf(size), seed)
  let n = 0
  return volumeOf(gridOf(size), () => (((data[n++] as number) + 32768) % (2 * most + 1)) - most)
}

const plusMinusOne = (size: Vec3, seed: number): Volume => {
  const mask = randomMask(gridOf(size), seed)
  return volumeOf(gridOf(size), (i, j, k) => (hasVoxel(mask, i, j, k) ? 1 : -1))
}

const SINGLE: Vec3 = [66, 9, 8]
const isCornerOrLone = (i: number, j: number, k: number) =>
  [i, j, k].every((x, axis) => x === 0 || x === (SINGLE[axis] as number) - 1) || (i % 31 === 1 && j === 4 && k === 4)

/** The kinds of input on which a surface must be a closed, oriented manifold, and the same on both sides. */
export const SURFACE_CASES: Readonly<Record<string, () => SurfaceCase>> = {
  'two cells along x, all ways': () => ofMask(twoCellMask(0)),
  'two cells along y, all ways': () => ofMask(twoCellMask(1)),
  'two cells along z, all ways': () => ofMask(twoCellMask(2)),
  'two cells along x, all ways, with values': () => {
    const mask = twoCellMask(0)
    return ofMask(mask, valuesFor(mask, 5), { lowHu: 0, highHu: null })
  },
  'random real values': () =>
    ofField({ ...randomVolume(gridOf([37, 21, 18]), 8), slope: 0.37, intercept: -12.3 }, 100.5, 4000.25),
  'plus and minus one': () => ofField(plusMinusOne([40, 17, 15], 3), 0, 2),
  'small whole numbers with ties': () => ofField(smallIntegers([35, 16, 17], 2, 4), 0, 2),
  'small whole numbers between two limits': () => ofField(smallIntegers([33, 19, 14], 4, 5), -1, 1),
  'an edited mask over random values': () => {
    const mask = randomMask(gridOf([40, 15, 14]), 6)
    return ofMask(mask, randomVolume(mask.grid, 7), { lowHu: -900, highHu: 9000 })
  },
  'a board of alternating voxels': () => ofMask(maskOf(gridOf([34, 9, 8]), (i, j, k) => (i + j + k) % 2 === 0)),
  'single voxels, in the corners too': () => ofMask(maskOf(gridOf(SINGLE), isCornerOrLone)),
  'all inside, to the border': () => ofMask(maskOf(gridOf([64, 6, 5]), () => true)),
}
