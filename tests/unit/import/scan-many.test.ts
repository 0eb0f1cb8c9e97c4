import { expect, test, vi } from 'vitest'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import { scanFiles } from '../../../src/import/scan.io.ts'
import {
  ascii,
  type DicomOptions,
  dicomFile,
  dicomSlice,
  dicomStack,
  sequence,
  str,
  zipped,
} from '../../support/scan-files.ts'

vi.mock('../../../src/import/itk.io.ts', () => import('../../support/stand-in-decoder.ts'))

const blob = (bytes: Uint8Array<ArrayBuffer>) => new Blob([bytes])
const ignore = () => {}

/** Eight series of 250 slices, shuffled as a disc would list them. */
const disc = Array.from({ length: 8 }, (_, s) => dicomStack(250, 1 + s / 4, { seriesUid: `1.2.${s}` }))
  .flat()
  .map((bytes, n) => ({ key: (n * 769) % 2000, path: `DICOM/PA${n % 3}/ST0/${n}`, file: blob(bytes) }))
  .sort((a, b) => a.key - b.key)

test('2,000 files: each series is found whole, and progress is told on the way', async () => {
  const seen: number[] = []
  const ctx = { ...IDLE_CONTEXT, progress: (fraction: number) => seen.push(fraction) }
  const found = await scanFiles(disc, ctx)
  expect(found.map((one) => one.info.slices)).toEqual(new Array(8).fill(250))
  expect(found.map((one) => one.info.spacingMm[2]).sort()).toEqual([1, 1.25, 1.5, 1.75, 2, 2.25, 2.5, 2.75])
  expect(seen.length).toBeGreaterThan(100)
  expect(seen).toEqual(seen.toSorted((a, b) => a - b))
})
test('2,000 files: cancelled on the way, no more is read', async () => {
  const controller = new AbortController()
  let reads = 0
  const files = disc.map(({ path, file }) => {
    const counted = blob(new Uint8Array())
    counted.slice = (...range) => {
      reads++
      return file.slice(...range)
    }
    Object.defineProperty(counted, 'size', { value: file.size })
    return { path, file: counted }
  })
  const progress = (fraction: number) => fraction > 0.35 && controller.abort()
  await expect(scanFiles(files, { signal: controller.signal, progress })).rejects.toMatchObject({ name: 'AbortError' })
  // Each file is read once, and those after the cancel never.
  expect(reads).toBeLessThan(1600)
})
test('a directory of a disc, reports and foreign files are set apart; folders and zips make no difference', async () => {
  const directory = dicomFile(sequence(0x0004, 0x1220, [[str(0x0004, 0x1430, 'CS', 'PATIENT ')]]))
  const slices = dicomStack(5, 1)
  const [first, second, ...rest] = slices
  if (!first || !second) throw new Error('no slices')
  const found = await scanFiles(
    [
      { path: 'DICOMDIR', file: blob(directory) },
      { path: 'AUTORUN.INF', file: blob(ascii('[autorun]\nopen=viewer.exe\n')) },
      { path: 'viewer.exe', file: blob(ascii('MZ\x90\0'.padEnd(600, '\0'))) },
      { path: 'DICOM/a/1', file: blob(first) },
      { path: 'DICOM/b/c/2', file: blob(second) },
      { path: 'rest.zip', file: blob(zipped(Object.fromEntries(rest.map((s, n) => [`x/y/${n}`, s])))) },
      { path: 'report', file: blob(dicomSlice({ modality: 'SR' })) },
    ],
    IDLE_CONTEXT,
  )
  expect(found).toHaveLength(1)
  const imported = await found[0]?.load(IDLE_CONTEXT, ignore)
  expect(imported?.volume.grid.size).toEqual([4, 4, 5])
  expect(imported?.passport.notes).toEqual([])
})
test('derived images come after originals, however many', async () => {
  const derived = dicomStack(9, 1, { imageType: 'DERIVED\\SECONDARY\\REFORMATTED', seriesUid: '1.2.9' })
  const all = [...derived, ...dicomStack(5, 1)].map((bytes, n) => ({ path: `${n}`, file: blob(bytes) }))
  const found = await scanFiles(all, IDLE_CONTEXT)
  expect(found.map((one) => one.info.slices)).toEqual([5, 9])
})
test('the picture of a series drawn inverted is inverted', async () => {
  const picture = async (o: DicomOptions) => {
    const slices = dicomStack(3, 1, { modality: 'MR', pixels: Array.from({ length: 16 }, (_, n) => 10 * n), ...o })
    const [found] = await scanFiles(
      slices.map((bytes, n) => ({ path: `${n}`, file: blob(bytes) })),
      IDLE_CONTEXT,
    )
    return [...(found?.info.thumbnail?.pixels ?? [])]
  }
  const plain = await picture({})
  expect(plain[0] ?? 0).toBeLessThan(plain[15] ?? 0)
  const turned = await picture({ photometric: 'MONOCHROME1' })
  expect(turned[0] ?? 0).toBeGreaterThan(turned[15] ?? 0)
  expect(await picture({ slope: -1 })).toEqual(turned)
  expect(await picture({ slope: -1, photometric: 'MONOCHROME1' })).toEqual(plain)
})
