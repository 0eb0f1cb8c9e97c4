import { expect, test } from 'vitest'
import { countVoxels, hasVoxel } from '../../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mask, Vec3, Volume } from '../../../src/core/types.ts'
import { components, paintComponents } from '../../../src/segment/components.ts'
import { combine } from '../../../src/segment/logic.ts'
import { bodyMask, REMOVE_TABLE, removeTable } from '../../../src/segment/remove-table.ts'
import { threshold } from '../../../src/segment/threshold.ts'
import { maskText, tailIsClear } from '../../support/masks.ts'
import { gridOf, maskOf, volumeOf } from '../../support/phantoms.ts'
import { readDicomZip, readNiftiCt, readRawZip, realFile } from '../../support/real-scans.ts'

const BONE = { lowHu: 226, highHu: 3071 }
const params = REMOVE_TABLE.defaults
const body = (volume: Volume) => bodyMask(volume, params, IDLE_CONTEXT)
const boneOf = (volume: Volume) => threshold(volume, BONE, IDLE_CONTEXT)
const without = (volume: Volume, mask: Mask) => removeTable(volume, mask, params, IDLE_CONTEXT)

const grid = gridOf([120, 110, 30], [2, 2, 3])
const isTrunk = (i: number, j: number) => Math.hypot((i - 60) / 40, (j - 45) / 28) < 1
const isArm = (i: number, j: number) => Math.hypot(i - 10, j - 45) < 7
const isLung = (i: number, j: number) => Math.hypot((i - 45) / 9, (j - 45) / 14) < 1
const isVessel = (i: number, j: number) => Math.hypot(i - 45, j - 45) < 2
const isEar = (i: number, j: number, k: number) => i >= 100 && i < 108 && j === 45 && k > 4 && k < 12
/** A top and a bottom plate of 2 mm, 40 mm apart, foam between; apart from the body also closed at the sides. */
const isPlate = (i: number, j: number, top: number) =>
  i >= 4 && i < 116 && (j === top || j === top + 20 || (top > 75 && (i === 4 || i === 115) && j > top && j < top + 20))

function patient(top: number): Volume {
  return volumeOf(grid, (i, j, k) => {
    if (isVessel(i, j)) return 300
    if (isLung(i, j)) return -850
    if (isTrunk(i, j) || isArm(i, j)) return Math.hypot(i - 60, j - 62) < 5 ? 700 : 40
    if (isEar(i, j, k)) return 40
    if (isPlate(i, j, top)) return 900
    return j > top && j < top + 20 && i > 4 && i < 115 ? -900 : -1000
  })
}

test.each([
  ['apart', 80],
  ['against the back', 73],
])('trunk, arm, ear and what is in the lung stay; a hollow table goes, %s', async (_, top) => {
  const volume = patient(top)
  const found = await body(volume)
  const missing: string[] = []
  const left: string[] = []
  for (let k = 0; k < 30; k++) {
    for (let j = 0; j < 110; j++) {
      for (let i = 0; i < 120; i++) {
        const own = isTrunk(i, j) || isArm(i, j) || isEar(i, j, k)
        if (own && !hasVoxel(found, i, j, k)) missing.push(`${i} ${j} ${k}`)
        // Where it lies against the back, a patch of the plate stays.
        const near = Math.abs(i - 60) < 17 && j === 73
        if (!own && !near && isPlate(i, j, top) && hasVoxel(found, i, j, k)) left.push(`${i} ${j} ${k}`)
      }
    }
  }
  expect(missing).toEqual([])
  expect(left).toEqual([])
  expect(tailIsClear(found)).toBe(true)
})

test('a hollow table larger than the limb on it is not the body', async () => {
  const isLimb = (i: number, j: number) => Math.hypot(i - 60, j - 30) < 14
  const volume = volumeOf(grid, (i, j) => {
    if (isLimb(i, j)) return 40
    return isPlate(i, j, 80) ? 300 : j > 80 && j < 100 && i > 4 && i < 115 ? -900 : -1000
  })
  expect(maskText(await body(volume))).toBe(maskText(maskOf(grid, isLimb)))
})

test('nothing but table, bad parameters and a mask of another scan are refused', async () => {
  const code = (expected: string) => ({ code: expected })
  const plates = volumeOf(grid, (_, j) => (j === 80 ? 900 : -1000))
  await expect(body(plates)).rejects.toMatchObject(code('segment/empty'))
  await expect(body(volumeOf(grid, () => -1000))).rejects.toMatchObject(code('segment/empty'))
  for (const bad of [{ radiusMm: 0 }, { radiusMm: Number.NaN }, { stickOutMm: -1 }, { airHu: Number.NaN }]) {
    const run = bodyMask(patient(80), { ...params, ...bad }, IDLE_CONTEXT)
    await expect(run).rejects.toMatchObject(code('app/bad-parameter'))
  }
  const onTable = maskOf(grid, (i, j) => isPlate(i, j, 80))
  await expect(without(patient(80), onTable)).rejects.toMatchObject(code('segment/empty'))
  const other = maskOf(gridOf([5, 5, 5]), () => true)
  await expect(without(patient(80), other)).rejects.toMatchObject(code('segment/grid-mismatch'))
})

/** The largest piece of bone: the patient's, on every scan here. */
function largestPiece(mask: Mask): Mask {
  const found = components(mask, 26, IDLE_CONTEXT)
  const most = found.voxels.indexOf(found.voxels.reduce((a, b) => Math.max(a, b), 0))
  const words = new Uint32Array(mask.words.length)
  paintComponents(
    found,
    Uint8Array.from({ length: found.count }, (_, n) => Number(n === most)),
    words,
  )
  return { grid: mask.grid, words }
}

interface Scan {
  readonly path: string | null
  read(path: string): Volume
  /** Whether a voxel lies where only table is, seen by eye; and the fewest voxels of bone density there. */
  readonly isTable?: (i: number, j: number, k: number, size: Vec3) => boolean
  readonly fewest?: number
  /** Voxels denser than air that are not the body, at least: a table of carbon is not as dense as bone. */
  readonly denseGone?: number
  /**
   * Share of the largest piece of bone that must stay; 1 unless told. Less where vessels full of contrast join it in a lung
   * that the crop cuts open, and where a skull without flesh is thinner than the plates.
   */
  readonly kept?: number
}

const SCANS: Readonly<Record<string, Scan>> = {
  'a head with a head rest as dense as bone': {
    path: realFile('ct_head_cranium', 'cranium_ct.nii.gz'),
    read: readNiftiCt,
    // The rest is an arc about the back of the head, further from its middle than the ears.
    isTable: (i, j) => j < 130 && Math.hypot(i - 130, j - 115) > 108,
    fewest: 10_000,
  },
  'an abdomen on its table': {
    path: realFile('ct_abdomen_totalseg', 'example_ct.nii.gz'),
    read: readNiftiCt,
    denseGone: 5000,
  },
  'part of an abdomen': { path: realFile('ct_abdomen_totalseg', 'example_ct_sm.nii.gz'), read: readNiftiCt },
  'a crop of a chest, no table': {
    path: realFile('ct_abdomen_totalseg', 'aorta_1p5mm_ct.nii.gz'),
    read: readNiftiCt,
    kept: 0.99,
  },
  another: { path: realFile('ct_abdomen_totalseg', 'thorax_1p5mm_ct.nii.gz'), read: readNiftiCt, kept: 0.98 },
  'a dry skull in a head rest': {
    path: realFile('ct_head_philips_1mm', 'philips_ingenuity_S2020_dicom.zip'),
    read: readDicomZip,
    isTable: (i, j) => (j > 180 && (i < 30 || i > 480)) || j > 470,
    fewest: 100_000,
    kept: 0.93,
  },
  'a head at 3.2 mm': {
    path: realFile('ct_head_vtk_headsq', 'headsq_quarter_raw16le.zip'),
    read: (path) => readRawZip(path, [64, 64, 93], [3.2, 3.2, 1.5]),
  },
}

for (const [name, scan] of Object.entries(SCANS)) {
  const { path, read, isTable, fewest = 0, kept = 1, denseGone = 0 } = scan
  if (path === null) {
    console.info(`${name}: the scan is absent, it is not run`)
    continue
  }
  test(`${name}: its bone stays, its table goes`, { timeout: 60_000 }, async () => {
    const volume = read(path)
    const bone = boneOf(volume)
    const left = await without(volume, bone)
    const whole = largestPiece(isTable ? besideTable(bone, isTable) : bone)
    const still = countVoxels(combine(whole, left, 'intersect')) / countVoxels(whole)
    console.info(
      `${name}: ${(100 * still).toFixed(2)} % of its largest bone, ${countVoxels(bone) - countVoxels(left)} voxels gone`,
    )
    expect(still).toBeGreaterThanOrEqual(kept)
    const dense = threshold(volume, { lowHu: params.airHu, highHu: 3071 }, IDLE_CONTEXT)
    const gone = countVoxels(dense) - countVoxels(await without(volume, dense))
    console.info(`${name}: ${gone} voxels denser than air are not the body`)
    expect(gone).toBeGreaterThanOrEqual(denseGone)
    if (!isTable) return
    const table = maskOf(volume.grid, (i, j, k) => isTable(i, j, k, volume.grid.size))
    expect(countVoxels(combine(bone, table, 'intersect'))).toBeGreaterThan(fewest)
    expect(countVoxels(combine(left, table, 'intersect'))).toBe(0)
  })
}

function besideTable(bone: Mask, isTable: NonNullable<Scan['isTable']>): Mask {
  const table = maskOf(bone.grid, (i, j, k) => isTable(i, j, k, bone.grid.size))
  return combine(bone, table, 'subtract')
}
