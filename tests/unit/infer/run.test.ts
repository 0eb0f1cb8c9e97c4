import { expect, test } from 'vitest'
import { orientationLetters } from '../../../src/core/affine.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Vec3, Volume } from '../../../src/core/types.ts'
import type { Member, ModelCard } from '../../../src/infer/card.ts'
import { planRun } from '../../../src/infer/plan.ts'
import { type Network, runModel } from '../../../src/infer/run.ts'
import { networkCard, PLAIN_MEMBER } from '../../support/network-cards.ts'
import { aboveHalf, NO_JUDGE, plainNetwork } from '../../support/networks.ts'
import { ballVolume, gridOf, randomVolume, volumeOf } from '../../support/phantoms.ts'

const LIMIT = 2 ** 30
const TURNED = { origin: [5, -8, 11] as Vec3, direction: [0, 0, -1, 1, 0, 0, 0, 1, 0] as const }

const run = (volume: Volume, card: ModelCard, network: Network = aboveHalf) =>
  runModel(volume, card, network, LIMIT, IDLE_CONTEXT, NO_JUDGE)

/** Values -100 to 200, so that many lie on either side of the middle of the window. */
function speckled(size: Vec3, rest = {}): Volume {
  const volume = randomVolume(gridOf(size, [1, 1, 1], rest), 7)
  return { ...volume, data: volume.data.map((v) => 50 + Math.trunc(v / 220)) }
}

function withInput(over: Partial<ModelCard['input']>, rest: Partial<ModelCard> = {}): ModelCard {
  const card = networkCard(rest)
  return { ...card, input: { ...card.input, ...over } }
}

const isAbove = (volume: Volume) => Uint8Array.from(volume.data, (v) => (v > 50 ? 1 : 0))

const VIEWS: readonly Member[] = [
  PLAIN_MEMBER,
  { flip: [true, false, false], shiftVoxels: [0, 0, 0] },
  { flip: [false, true, true], shiftVoxels: [2, 0, 0] },
  { flip: [true, true, true], shiftVoxels: [0, -3, 1] },
]

test.each([
  ['as it lies', 'LPS', {}],
  ['turned', 'LIA', {}],
  ['from a scan that lies otherwise', 'RAS', TURNED],
])('a network without surroundings marks the scan’s own voxels: %s', async (_name, orientation, rest) => {
  const volume = speckled([40, 22, 31], rest)
  const { labels, certainty } = await run(volume, withInput({ orientation, sizeVoxels: 48 }))
  expect(labels.grid).toBe(volume.grid)
  expect(labels.labels).toEqual(isAbove(volume))
  expect(certainty.length).toBe(volume.data.length)
})
test('views of a scan are undone: every member says the same of each voxel', async () => {
  const volume = speckled([30, 24, 20], TURNED)
  const members: Uint8Array[] = []
  const measure = (maps: readonly { labels: Uint8Array }[]) => {
    members.push(...maps.map(({ labels }) => labels.slice()))
    return []
  }
  const card = withInput({ orientation: 'LIA', sizeVoxels: 40 }, { members: VIEWS })
  const { labels } = await runModel(volume, card, aboveHalf, LIMIT, IDLE_CONTEXT, { ...NO_JUDGE, measure })
  expect(labels.labels).toEqual(isAbove(volume))
  expect(members).toHaveLength(4)
  for (const member of members) expect(member).toEqual(members[0])
})
/** Marks a voxel that is brighter than the next along one axis of the buffer. */
const brighterThanNext = (axis: 0 | 1 | 2): Network =>
  plainNetwork((tile, at, [nx, ny, nz]) => {
    const place = [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))]
    const stride = [1, nx, nx * ny][axis] as number
    const isLast = place[axis] === ([nx, ny, nz][axis] as number) - 1
    return isLast ? -9 : 40 * ((tile[at] as number) - (tile[at + stride] as number))
  })

test.each([0, 1, 2] as const)('axis %i of the buffer points where the card says', async (axis) => {
  // Left, Inferior, Anterior: brightness falls along one of them in the patient, whatever the order of the scan's voxels.
  const falls = [(l: number) => -l, (_l: number, _p: number, s: number) => s, (_l: number, p: number) => p][axis]
  const grid = gridOf([12, 14, 16], [1, 1, 1], TURNED)
  const volume = volumeOf(grid, (i, j, k) => 500 + 20 * (falls?.(-k, i, j) ?? 0))
  expect(orientationLetters(grid.direction)).toBe('PSR')
  const card = withInput({ orientation: 'LIA' }, { tiling: { ...networkCard().tiling, tileVoxels: null } })
  const share = async (a: 0 | 1 | 2) => {
    const { labels } = await run(volume, card, brighterThanNext(a))
    return labels.labels.reduce((sum, label) => sum + label, 0) / labels.labels.length
  }
  expect(await share(axis)).toBeGreaterThan(0.9)
  for (const other of ([0, 1, 2] as const).filter((a) => a !== axis)) expect(await share(other)).toBeLessThan(0.1)
})
/** Mean of a voxel and its six neighbours in the tile; nothing lies around a tile. */
const smooth = plainNetwork((tile, at, [nx, ny, nz]) => {
  const [i, j, k] = [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))]
  const value = (inside: boolean, offset: number) => (inside ? (tile[at + offset] as number) : 0)
  const x = value(i > 0, -1) + value(i < nx - 1, 1)
  const y = value(j > 0, -nx) + value(j < ny - 1, nx)
  const z = value(k > 0, -nx * ny) + value(k < nz - 1, nx * ny)
  return 40 * (((tile[at] as number) + x + y + z) / 7 - 0.5)
})

test('a network that looks around it leaves no seams where tiles meet', async () => {
  const volume = { ...ballVolume(gridOf([44, 40, 36]), [22, 20, 18], 14, 20), intercept: 70 }
  const whole = networkCard({ tiling: { ...networkCard().tiling, tileVoxels: null } })
  const tiled = await run(volume, networkCard(), smooth)
  const alike = await run(volume, whole, smooth)
  expect(tiled.labels.labels).toEqual(alike.labels.labels)
})

test('where a cut reaches nothing counts, tiles give to the last digit what the whole gives', async () => {
  const volume = speckled([40, 22, 31])
  const { tiling } = networkCard()
  const alike = await run(volume, networkCard({ tiling: { ...tiling, tileVoxels: null } }), smooth)
  const certainties = [0, 1].map(async (edgeVoxels) => {
    const { certainty } = await run(volume, networkCard({ tiling: { ...tiling, edgeVoxels } }), smooth)
    return certainty.reduce((most, value, at) => Math.max(most, Math.abs(value - (alike.certainty[at] as number))), 0)
  })
  const [blended = 0, cut] = await Promise.all(certainties)
  expect(cut).toBe(0)
  expect(blended).toBeGreaterThan(0)
})
test('back in a finer or coarser scan the boundary stays within a voxel of the truth', async () => {
  const grid = gridOf([60, 60, 24], [0.6, 0.6, 1.7], { origin: [-18, -18, -20] })
  const volume = { ...ballVolume(grid, [18, 18, 20], 12, 20), intercept: 50 }
  const { labels, certainty } = await run(volume, networkCard())
  const truth = ballVolume(grid, [18, 18, 20], 12, 1000)
  const wrongMm = truth.data.map((mm, at) => ((mm > 0 ? 1 : 0) === labels.labels[at] ? 0 : Math.abs(mm)))
  expect(Math.max(...wrongMm)).toBeLessThan(300)
  expect(labels.grid).toBe(volume.grid)
  expect(certainty.some((c) => c < 255)).toBe(true)
})
test('cropping to the head changes nothing of a network without surroundings and leaves tiles out', async () => {
  const grid = gridOf([90, 84, 80])
  const volume = ballVolume(grid, [40, 50, 40], 15, 20)
  const shifted = { ...volume, data: volume.data.map((v) => Math.max(0, 50 + v)) }
  let tiles = 0
  const counted: Network = {
    ...aboveHalf,
    run: (tile, size) => {
      tiles++
      return aboveHalf.run(tile, size)
    },
  }
  const { labels } = await run(shifted, networkCard(), counted)
  expect(labels.labels).toEqual(isAbove(shifted))
  expect(tiles).toBeLessThan(planRun(grid, networkCard()).tiles / 2)
})
test('numbers that are none are refused', async () => {
  const broken = plainNetwork((_tile, at) => (at === 77 ? Number.NaN : 0))
  await expect(run(speckled([20, 20, 20]), networkCard(), broken)).rejects.toMatchObject({
    code: 'infer/broken-output',
  })
})
test('a cancel is seen between tiles', async () => {
  const controller = new AbortController()
  const network = plainNetwork(() => {
    controller.abort()
    return 0
  })
  const context = { signal: controller.signal, progress: () => {} }
  const ran = runModel(speckled([40, 40, 40]), networkCard(), network, LIMIT, context, NO_JUDGE)
  await expect(ran).rejects.toMatchObject({ name: 'AbortError' })
})
