import { expect, test, vi } from 'vitest'
import { COMPARE_PART_STEP } from '../../../src/app/compare-part.ts'
import { partSurface, readPartCt } from '../../../src/app/part-ct.ts'
import { digestMesh, digestVolume } from '../../../src/core/hash.ts'
import { joinedMesh, meshVolumeMm3 } from '../../../src/core/mesh.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { Mesh, Volume } from '../../../src/core/types.ts'
import { compareBench } from '../../support/compare-desk.ts'
import { inverted, placed, radialMesh } from '../../support/meshes.ts'
import { gridOf, volumeOf } from '../../support/phantoms.ts'
import { ctOfPart, DESIGN_AT, designedPart, niftiOf, type PrintedPart, partRadius } from '../../support/printed-part.ts'
import { dicomSlice } from '../../support/scan-files.ts'

vi.mock('../../../src/import/itk.io.ts', () => import('../../support/stand-in-decoder.ts'))

const DESIGN = designedPart()
const AS_DESIGNED = ctOfPart()

const fileOf = (volume: Volume) => new File([niftiOf(volume)], 'part.nii')
const given = (...files: File[]) => files.map((file) => ({ path: file.name, file }))

/** A CT through the very workers: read, parted, surfaced, registered, measured. */
async function compared(volume: Volume, design: Mesh = DESIGN) {
  const bench = compareBench()
  const ct = await readPartCt(bench.workers, given(fileOf(volume)), IDLE_CONTEXT)
  const { thresholdValue } = ct.found
  const input = { design, scan: ct.volume }
  const found = await bench.pipeline.runStage(COMPARE_PART_STEP, input, { thresholdValue }, IDLE_CONTEXT)
  return { ...bench, ct, found }
}
const printed = async (part?: PrintedPart, design?: Mesh) => compared(await ctOfPart(part), design)

test('a print that is as designed comes back from its CT to a tenth of a millimetre; both digests are in the trace', async () => {
  const { ct, found, trace, kept } = await compared(await AS_DESIGNED)
  expect(ct.found.thresholdValue).toBeGreaterThan(-450)
  expect(ct.found.thresholdValue).toBeLessThan(-430)
  expect(found.printed.meanMm).toBeLessThan(0.1)
  expect(found.missing.meanMm).toBeLessThan(0.1)
  expect(found.printed.maxMm).toBeLessThan(0.4)
  expect(Math.abs(found.biasMm)).toBeLessThan(0.05)
  expect(found.registration.scale).toBeCloseTo(1, 2)
  expect(found.registration.isMirrored).toBe(false)
  expect(found.areaMm2.scan / found.areaMm2.design).toBeCloseTo(1, 1)
  expect(trace).toHaveLength(1)
  expect(trace[0]).toMatchObject({
    stage: 'compare-part',
    inputDigests: [await digestMesh(DESIGN), await digestVolume(ct.volume)],
    params: { thresholdValue: ct.found.thresholdValue },
  })
  expect(kept).toEqual([])
}, 60_000)

test('a part 2 % too large is told by its size and by what is left over', async () => {
  const { found } = await printed({ scale: 1.02 })
  expect(1 / found.registration.scale).toBeCloseTo(1.02, 2)
  expect(found.biasMm).toBeGreaterThan(0.2)
}, 60_000)

test('0.7 mm too much in one place is found there', async () => {
  const isBumped = (polar: number, azimuth: number) => Math.sin(polar) * Math.cos(azimuth) > 0.9
  const radius = (polar: number, azimuth: number) => partRadius(polar, azimuth) + (isBumped(polar, azimuth) ? 0.7 : 0)
  const { found } = await printed({ radius })
  const worst = found.signedMm.indexOf(found.signedMm.reduce((a, b) => Math.max(a, b)))
  expect(found.signedMm[worst]).toBeGreaterThan(0.6)
  expect(found.signedMm[worst]).toBeLessThan(0.9)
  expect((found.placed.positions[3 * worst] as number) - DESIGN_AT[0]).toBeGreaterThan(13)
  expect(found.printed.meanMm).toBeLessThan(0.15)
}, 60_000)

test('infill and closed cavities are left out on both sides', async () => {
  const cavity = inverted(radialMesh(20, 40, () => 8, DESIGN_AT))
  const { found } = await printed({ wallMm: 1.6 }, joinedMesh([DESIGN, cavity]))
  expect(found.printed.meanMm).toBeLessThan(0.1)
  expect(found.missing.maxMm).toBeLessThan(0.5)
}, 60_000)

test('of the pieces in the scan the part is taken and not the couch, and the surface follows the threshold', async () => {
  const { workers } = compareBench()
  const ct = await readPartCt(workers, given(fileOf(await ctOfPart({ couch: true }))), IDLE_CONTEXT)
  const modelMm3 = meshVolumeMm3(DESIGN)
  const at = async (thresholdValue: number) =>
    meshVolumeMm3(await partSurface(workers, ct.volume, { thresholdValue, modelMm3 }, IDLE_CONTEXT))
  const volumes = [await at(-800), await at(ct.found.thresholdValue), await at(-100)]
  expect(volumes.toSorted((a, b) => b - a)).toEqual(volumes)
  expect((volumes[1] as number) / modelMm3).toBeCloseTo(1, 2)
}, 60_000)

test('what is no CT of this part is refused by name', async () => {
  const { workers } = compareBench()
  const read = (...files: File[]) => readPartCt(workers, given(...files), IDLE_CONTEXT)
  const mr = [0, 1, 2].map(
    (n) => new File([dicomSlice({ modality: 'MR', position: [0, 0, n], columns: 4, rows: 4 })], `${n}.dcm`),
  )
  await expect(read(...mr)).rejects.toMatchObject({ code: 'print/not-ct' })
  await expect(read(new File([], 'empty.nii'))).rejects.toMatchObject({ code: 'import/empty' })
  const noise = await ctOfPart({ scale: 0.001 })
  await expect(read(fileOf(noise))).rejects.toMatchObject({ code: 'print/no-step' })
  const flat = volumeOf(gridOf([8, 8, 8]), () => -1000)
  await expect(read(fileOf(flat))).rejects.toMatchObject({ code: 'print/no-step' })
  const small = fileOf(await ctOfPart({ scale: 0.6 }))
  await expect(read(small, new File([small], 'again.nii'))).rejects.toMatchObject({ code: 'import/several-scans' })
}, 60_000)

test('a part of another size or shape is refused by name', async () => {
  const volume = await AS_DESIGNED
  const sized = (times: number) => placed(DESIGN, [times, times, times], [0, 0, 0])
  await expect(compared(volume, sized(2.2))).rejects.toMatchObject({ code: 'print/other-size' })
  await expect(compared(volume, sized(1 / 2.2))).rejects.toMatchObject({ code: 'print/other-size' })
  await expect(compared(volume, sized(25.4))).rejects.toMatchObject({ code: 'print/other-size' })
  const rod = radialMesh(40, 80, (polar) => 6 / Math.hypot(Math.sin(polar), 0.22 * Math.cos(polar)))
  await expect(compared(volume, rod)).rejects.toMatchObject({ code: 'print/elsewhere' })
}, 120_000)

test('a run can be cancelled, and leaves no trace', async () => {
  const volume = await AS_DESIGNED
  const controller = new AbortController()
  const { workers, pipeline, trace } = compareBench()
  const ct = await readPartCt(workers, given(fileOf(volume)), IDLE_CONTEXT)
  const progress = (fraction: number) => fraction > 0.5 && controller.abort()
  const run = pipeline.runStage(
    COMPARE_PART_STEP,
    { design: DESIGN, scan: ct.volume },
    { thresholdValue: -440 },
    { signal: controller.signal, progress },
  )
  await expect(run).rejects.toMatchObject({ name: 'AbortError' })
  expect(trace).toEqual([])
}, 60_000)
