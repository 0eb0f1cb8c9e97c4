import { expect, test, vi } from 'vitest'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import type { ScanMap } from '../../../src/import/found.ts'
import { scanFiles } from '../../../src/import/scan.io.ts'
import { type DicomOptions, dicomSlice } from '../../support/scan-files.ts'

const decoder = vi.hoisted(() => ({ isBackwards: false, given: [] as Uint8Array[] }))
vi.mock('../../../src/import/itk.io.ts', async () => {
  const standIn = await import('../../support/stand-in-decoder.ts')
  const decodeDicom = async (files: readonly Uint8Array[]) => {
    const decoded = await standIn.decodeDicom(files)
    decoder.given.push(...files)
    const [x, y, z] = decoded.grid.spacing
    return { ...decoded, grid: { ...decoded.grid, spacing: [x, y, decoder.isBackwards ? -z : z] } }
  }
  return { ...standIn, decodeDicom }
})

const COUNT = 37
/** Slices given in a scrambled order; the pixels of the slice at height k are 10 k. */
const scrambled = (over: (k: number) => DicomOptions = () => ({})) =>
  Array.from({ length: COUNT }, (_, n) => {
    const k = (n * 11) % COUNT
    return dicomSlice({ position: [0, 0, 1.5 * k], pixels: new Array(16).fill(10 * k), ...over(k) })
  }).map((bytes, n) => ({ path: `${n}`, file: new Blob([bytes]) }))

const ignore = () => {}

const load = async (files: ReturnType<typeof scrambled>) => {
  decoder.isBackwards = false
  const [found] = await scanFiles(files, IDLE_CONTEXT)
  if (!found) throw new Error('no series')
  return found
}

test('every slice of a scrambled series lands at its height, over several blocks', async () => {
  const { volume, passport } = await (await load(scrambled())).load(IDLE_CONTEXT, ignore)
  for (let k = 0; k < COUNT; k++)
    expect(volume.data.subarray(16 * k, 16 * k + 16).every((v) => v === 10 * k)).toBe(true)
  expect(passport.sliceStepsMm).toHaveLength(COUNT - 1)
})
test('slices with different rescale keep their own', async () => {
  const own = scrambled((k) => ({ pixels: new Array(16).fill(100), intercept: -k }))
  const { volume } = await (await load(own)).load(IDLE_CONTEXT, ignore)
  for (let k = 0; k < COUNT; k++) expect(volume.data[16 * k]).toBe(100 - k)
})
test('slices go out in order as they are decoded, as they will be in the scan', async () => {
  const sent: number[] = []
  const data = new Int16Array(16 * COUNT)
  const found = await load(scrambled())
  const { volume } = await found.load(IDLE_CONTEXT, (grid, firstSlice, values) => {
    expect(grid.size).toEqual([4, 4, COUNT])
    sent.push(firstSlice)
    data.set(values, 16 * firstSlice)
  })
  expect(sent).toEqual([0, 16, 32])
  expect(volume.data).toEqual(data)
  expect([volume.slope, volume.intercept]).toEqual([1, 0])
})
test('on shared memory the slices that go out lie in the scan itself, with what makes real values of them', async () => {
  const found = await load(scrambled(() => ({ slope: 2, intercept: -1024 })))
  const seen: [Int16Array, ScanMap][] = []
  const { volume } = await found.load(IDLE_CONTEXT, (_grid, _first, values, map) => seen.push([values, map]))
  for (const [values, map] of seen) {
    expect(values.buffer).toBe(volume.data.buffer)
    expect(map).toEqual({ slope: volume.slope, intercept: volume.intercept, modality: 'CT' })
  }
  expect(seen).toHaveLength(3)
})
test('slices whose integers are not known before the end do not go out', async () => {
  const sink = vi.fn()
  const own = scrambled((k) => ({ pixels: new Array(16).fill(100), intercept: -k }))
  await (await load(own)).load(IDLE_CONTEXT, sink)
  expect(sink).not.toHaveBeenCalled()
})
test('a decoder that takes the slices in another order is not believed', async () => {
  const found = await load(scrambled())
  decoder.isBackwards = true
  await expect(found.load(IDLE_CONTEXT, ignore)).rejects.toMatchObject({ code: 'import/inconsistent-series' })
})
test('reading stops when it is cancelled', async () => {
  const found = await load(scrambled())
  const controller = new AbortController()
  const progress = (fraction: number) => fraction > 0.3 && controller.abort()
  await expect(found.load({ signal: controller.signal, progress }, ignore)).rejects.toMatchObject({
    name: 'AbortError',
  })
})
