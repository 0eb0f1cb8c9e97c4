import { expect, test, vi } from 'vitest'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import { NO_CHOICE } from '../../../src/import/found.ts'
import { straightenedPassport } from '../../../src/import/passport-of.ts'
import { scanFiles } from '../../../src/import/scan.io.ts'
import { checkSliceSpacing } from '../../../src/qa/checks/slice-spacing.ts'
import { POLICIES } from '../../../src/qa/policy.ts'
import { noteText } from '../../../src/ui/scan.en.ts'
import { straighten } from '../../../src/volume/straighten.ts'
import { dicomSlice, str } from '../../support/scan-files.ts'

vi.mock('../../../src/import/itk.io.ts', () => import('../../support/stand-in-decoder.ts'))

const CROOKED = { ...NO_CHOICE, crooked: true }
const ignore = () => {}
const pixels = (k: number) => Array.from({ length: 16 }, (_, n) => 100 * k + n)
const scan = async (positions: readonly (readonly [number, number, number])[], also = {}) => {
  const files = positions.map((position, k) => ({
    path: `${k}`,
    file: new Blob([dicomSlice({ position, pixels: pixels(k), also })]),
  }))
  const [found] = await scanFiles(files, IDLE_CONTEXT)
  if (!found) throw new Error('no series')
  return found
}
const straightened = async (found: Awaited<ReturnType<typeof scan>>) => {
  const { volume, passport, bend } = await found.load(IDLE_CONTEXT, ignore, CROOKED)
  if (!bend) throw new Error('not crooked')
  const straight = await straighten(volume, bend, IDLE_CONTEXT)
  return { volume: straight, passport: straightenedPassport(passport, straight, bend) }
}

test('a tilted series is refused until the person says so, then read with its bend', async () => {
  // The tilt tag states the opposite, and is not asked.
  const found = await scan(
    [0, 1, 2, 3, 4].map((k) => [0, -k, k]),
    { '0018,1120': str(0x0018, 0x1120, 'DS', '+45.0') },
  )
  expect(found.info.problem?.code).toBe('import/tilted')
  expect(found.info.remedy).toMatchObject({ gaps: 0, size: [4, 8, 5], spacingMm: [1, 1, 1] })
  await expect(found.load(IDLE_CONTEXT, ignore)).rejects.toMatchObject({ code: 'import/tilted' })
  const { volume, passport } = await straightened(found)
  expect(volume.grid).toMatchObject({ size: [4, 8, 5], origin: [0, -4, 0] })
  // Slice k begins k rows before the first.
  for (let k = 0; k < 5; k++) {
    expect([...volume.data.slice(32 * k + 4 * (4 - k), 32 * k + 4 * (4 - k) + 16)]).toEqual(pixels(k))
  }
  expect(passport).toMatchObject({ resampled: true, size: [4, 8, 5], missingSlices: 0, notes: ['tilt-undone'] })
  expect(passport.tiltDeg).toBeCloseTo(45, 6)
})

test('a gap is filled on the person’s word, and the passport and the gate remember it', async () => {
  const found = await scan([0, 1, 2, 5, 6].map((z) => [0, 0, z]))
  expect(found.info.problem?.code).toBe('import/missing-slices')
  const { volume, passport } = await straightened(found)
  expect(volume.grid).toMatchObject({ size: [4, 4, 7], spacing: [1, 1, 1] })
  expect([0, 1, 2, 3, 4, 5, 6].map((k) => volume.data[16 * k])).toEqual([0, 100, 200, 233, 267, 300, 400])
  expect(passport).toMatchObject({ resampled: true, missingSlices: 2, sliceStepsMm: [1, 1, 3, 1] })
  expect(passport.notes).toEqual(['gaps-filled'])
  // Drawn slices show nothing that was not scanned: the widest step counts.
  expect(checkSliceSpacing(passport, POLICIES.teaching).value).toBe(3)
  expect(checkSliceSpacing({ ...passport, resampled: false }, POLICIES.teaching).value).toBe(1)
})

test('steps that grow are made even', async () => {
  const found = await scan([0, 1, 2, 3, 4, 5.3, 6.6, 7.9, 9.2].map((z) => [0, 0, z]))
  expect(found.info.problem?.code).toBe('import/uneven-slices')
  const { passport } = await straightened(found)
  expect(passport.notes).toEqual(['slices-made-even'])
  expect(passport.resampled).toBe(true)
})

test.each([
  ['a slice twice', 'import/duplicate-slices', [0, 1, 1, 2, 3].map((z) => dicomSlice({ position: [0, 0, z] }))],
  ['too few', 'import/too-few-slices', [0, 1].map((z) => dicomSlice({ position: [0, 0, z] }))],
  [
    'slices that wander',
    'import/inconsistent-series',
    [0, 1, 2, 3, 4].map((z) => dicomSlice({ position: [z === 2 ? 3 : 0, 0, z] })),
  ],
  [
    'axes that are not square',
    'import/bad-header',
    [0, 1, 2].map((z) => dicomSlice({ position: [0, 0, z], orientation: [1, 0, 0, 0.3, 0.954, 0] })),
  ],
  ['no distance', 'import/not-a-volume', [2, 2, 2].map((z) => dicomSlice({ position: [0, 0, z] }))],
  [
    'a cut file',
    'import/truncated',
    [0, 1, 4].map((z) => dicomSlice({ position: [0, 0, z] })).map((s, k) => (k === 1 ? s.slice(0, -8) : s)),
  ],
])('%s: no resampling mends it', async (_, code, slices) => {
  const files = slices.map((bytes, k) => ({ path: `${k}`, file: new Blob([bytes]) }))
  const [found] = await scanFiles(files, IDLE_CONTEXT)
  expect(found?.info).toMatchObject({ problem: { code }, remedy: null })
  await expect(found?.load(IDLE_CONTEXT, ignore, CROOKED)).rejects.toMatchObject({ code })
})

test('each of its notes has a sentence', () => {
  for (const note of ['tilt-undone', 'gaps-filled', 'slices-made-even']) {
    expect(noteText(note).length).toBeGreaterThan(note.length + 10)
  }
})
