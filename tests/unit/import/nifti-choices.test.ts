import { describe, expect, test, vi } from 'vitest'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import { NO_CHOICE, type ReadChoice } from '../../../src/import/found.ts'
import { scanFiles } from '../../../src/import/scan.io.ts'
import { gzipped, NIFTI_TYPE_NAMES, type NiftiOptions, niftiFile } from '../../support/scan-files.ts'

vi.mock('../../../src/import/itk.io.ts', () => import('../../support/stand-in-decoder.ts'))

const scan = async (bytes: Uint8Array<ArrayBuffer>) => {
  const [found] = await scanFiles([{ path: 'a', file: new Blob([bytes]) }], IDLE_CONTEXT)
  if (!found) throw new Error('nothing found')
  return found
}
const read = async (bytes: Uint8Array<ArrayBuffer>, choice: Partial<ReadChoice> = {}) =>
  (await scan(bytes)).load(IDLE_CONTEXT, () => {}, { ...NO_CHOICE, ...choice })

describe('a file that states two positions', () => {
  // The qform: 9 mm to the right, and a quarter turn about the long axis.
  const turned: NiftiOptions = { quatern: [0, 0, Math.SQRT1_2, 9, 0, 0] }

  test('tells both, how far apart they lie and by how much they are turned', async () => {
    const { info } = await scan(niftiFile(turned))
    expect(info.problem).toBeNull()
    expect(info.placements).toMatchObject({ sform: { orientation: 'RAS' }, qform: { orientation: 'ALS' } })
    expect(info.placements?.turnedDeg).toBeCloseTo(90, 4)
    // The corner furthest from itself: (0, 3, 0) against (9 - 3, 0, 0) is 6.7 mm, (4, 0, 0) against (9, 4, 0) 6.4, the first 9.
    expect(info.placements?.apartMm).toBeCloseTo(9, 4)
    expect(info.placements?.qform.originMm).toEqual([-9, -0, 0])
  })
  test('is placed by the one that was chosen, and says which', async () => {
    const [neither, sform, qform] = await Promise.all(
      [null, 'sform' as const, 'qform' as const].map((placement) => read(niftiFile(turned), { placement })),
    )
    expect(neither?.volume.grid).toEqual(sform?.volume.grid)
    expect(qform?.volume.grid.origin).toEqual([-9, -0, 0])
    expect(neither?.passport.notes).toContain('qform-sform-differ')
    expect(sform?.passport.notes).toContain('sform-chosen')
    expect(qform?.passport.notes).toContain('qform-chosen')
    expect(qform?.passport.notes).not.toContain('qform-sform-differ')
    expect(qform?.passport.orientation).toBe('ALS')
  })
  test('a mirror image is told as half a turn', async () => {
    const mirrored = niftiFile({ quatern: [0, 0, 0, 0, 0, 0], qfac: -1 })
    expect((await scan(mirrored)).info.placements?.turnedDeg).toBe(180)
  })
  test.each([
    ['the same position twice', { quatern: [0, 0, 0, 0, 0, 0] }],
    ['a difference below a tenth of a voxel', { quatern: [0, 0, 0, 0.09, 0, 0] }],
    ['only one', {}],
    ['one that cannot be used', { quatern: [0, 0, 0, 5, 6, 7], srow: [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0] }],
  ] as const)('%s: nothing is asked', async (_, o) => {
    const { info } = await scan(niftiFile(o))
    expect(info.placements).toBeNull()
    const { volume } = await read(niftiFile(o))
    expect((await read(niftiFile(o), { placement: 'qform' })).volume).toEqual(volume)
  })
})

describe('a file of several images', () => {
  const size = [4, 3, 3, 5]
  const values = Array.from({ length: 36 * 5 }, (_, n) => 100 * Math.floor(n / 36) + (n % 36))
  const frame = (n: number) => values.slice(36 * n, 36 * (n + 1))

  test('asks which, and tells the time between them', async () => {
    const { info } = await scan(niftiFile({ size, values, stepSeconds: 2.5 }))
    expect(info.problem).toMatchObject({ code: 'import/choose-series', detail: { frames: 5 } })
    expect(info.frames).toEqual({ count: 5, stepSeconds: 2.5 })
    expect(info.size).toEqual([4, 3, 3])
    expect((await scan(niftiFile({ size, values }))).info.frames).toEqual({ count: 5, stepSeconds: null })
  })
  test.each([
    ['version 1', niftiFile({ size, values })],
    ['version 2, big-endian', niftiFile({ size, values, version: 2, littleEndian: false })],
    ['gzip', gzipped(niftiFile({ size, values }))],
  ] as const)('%s: each image comes out as it lies in the file', async (_, bytes) => {
    for (let n = 0; n < 5; n++) {
      const { volume } = await read(bytes, { frame: n })
      expect([...volume.data]).toEqual(frame(n))
    }
  })
  test.each([[null], [-1], [5], [1.5 + 4]])('image %s is none of them', async (n) => {
    await expect(read(niftiFile({ size, values }), { frame: n })).rejects.toMatchObject({
      code: 'import/choose-series',
    })
  })
  test('a file cut off in its fourth image still gives the third', async () => {
    const cut = niftiFile({ size, values }).slice(0, 352 + 2 * 36 * 3 + 10)
    expect([...(await read(cut, { frame: 2 })).volume.data]).toEqual(frame(2))
    await expect(read(cut, { frame: 3 })).rejects.toMatchObject({ code: 'import/truncated' })
  })
})

describe('every type of voxel', () => {
  const bytes = Array.from({ length: 36 }, (_, n) => 3 * n)
  for (const type of NIFTI_TYPE_NAMES) {
    test.each([
      [1, true],
      [1, false],
      [2, true],
      [2, false],
    ] as const)(`${type}, version %i, little-endian %s: with and without a scale`, async (version, littleEndian) => {
      const plain = await read(niftiFile({ type, version, littleEndian, values: bytes }))
      expect([...plain.volume.data]).toEqual(bytes)
      const { volume, passport } = await read(
        niftiFile({ type, version, littleEndian, values: bytes, slope: 0.25, intercept: -7 }),
      )
      const real = [...volume.data].map((v) => volume.slope * v + volume.intercept)
      expect(real).toEqual(bytes.map((v) => 0.25 * v - 7))
      expect(passport.range).toEqual([-7, 0.25 * 105 - 7])
    })
  }
  test.each([
    ['i8', [-128, 127]],
    ['u16', [0, 65_535]],
    ['i16', [-32_768, 32_767]],
    ['i32', [-40_000, 20_000]],
    ['f64', [-1000, 3071]],
  ] as const)('%s: the ends of its range', async (type, ends) => {
    const values = [...ends, ...new Array(34).fill(ends[0])]
    const { volume } = await read(niftiFile({ type, values }))
    expect([...volume.data].map((v) => volume.slope * v + volume.intercept)).toEqual(values)
  })
})

test.each([
  [128, /colours \(RGB\)/],
  [2304, /colours \(RGBA\)/],
  [32, /complex/],
  [1536, /quadruple/],
])('voxels of type %i are refused by name', async (code, name) => {
  const coloured = niftiFile({ patch: (view) => view.setInt16(70, code, true) })
  await expect(scan(coloured)).rejects.toMatchObject({
    code: 'import/unsupported',
    message: expect.stringMatching(name),
  })
})
