import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { ijkToLps } from '../../src/core/affine.ts'
import { PipelineError } from '../../src/core/errors.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Vec3 } from '../../src/core/types.ts'
import { cross, norm, scaled } from '../../src/import/affine-grid.ts'
import { inflateDicom } from '../../src/import/dicom-inflate.ts'
import { readImageTags } from '../../src/import/dicom-tags.ts'
import { readMhaHeader } from '../../src/import/mha-header.ts'
import { readNiftiHeader } from '../../src/import/nifti-header.ts'
import { readNrrdHeader } from '../../src/import/nrrd-header.ts'
import { compressedFrames } from '../../src/import/pixel-data.ts'
import { scanFiles } from '../../src/import/scan.io.ts'
import { stackSlices } from '../../src/import/slice-geometry.ts'
import { sniff } from '../../src/import/sniff.ts'
import { toInt16 } from '../../src/import/to-int16.ts'
import { unzip } from '../../src/import/zip.io.ts'
import {
  ascii,
  dicomFile,
  dicomSlice,
  dicomStack,
  element,
  fragmented,
  joined,
  mhaFile,
  niftiFile,
  nrrdFile,
  str,
  zipped,
} from '../support/scan-files.ts'

vi.mock('../../src/import/itk.io.ts', () => import('../support/stand-in-decoder.ts'))

/** A valid file with some of its first bytes overwritten. */
const damaged = (file: Uint8Array<ArrayBuffer>, within: number) =>
  fc.array(fc.tuple(fc.nat(within - 1), fc.nat(255)), { minLength: 1, maxLength: 12 }).map((changes) => {
    const bytes = file.slice()
    for (const [at, v] of changes) bytes[at] = v
    return bytes
  })

const tagsOf = (bytes: Uint8Array) => readImageTags(bytes, { fileBytes: bytes.length, inflate: inflateDicom })

const readOrRefuse = (read: () => unknown) => {
  try {
    read()
  } catch (error) {
    expect(error).toBeInstanceOf(PipelineError)
  }
}

test('a damaged header is read or refused by code, never anything else', () => {
  fc.assert(
    fc.property(damaged(niftiFile(), 352), (b) => readOrRefuse(() => readNiftiHeader(b))),
    { numRuns: 2000 },
  )
  fc.assert(
    fc.property(damaged(niftiFile({ version: 2 }), 544), (b) => readOrRefuse(() => readNiftiHeader(b))),
    { numRuns: 1000 },
  )
  fc.assert(
    fc.property(damaged(nrrdFile(), 200), (b) => readOrRefuse(() => readNrrdHeader(b))),
    { numRuns: 1000 },
  )
  fc.assert(
    fc.property(damaged(mhaFile(), 200), (b) => readOrRefuse(() => readMhaHeader(b))),
    { numRuns: 1000 },
  )
  const slice = dicomSlice()
  fc.assert(
    fc.property(damaged(slice, slice.length), (b) => readOrRefuse(() => tagsOf(b))),
    { numRuns: 2000 },
  )
})

test('nor is any other bytes', () => {
  const parsers = [readNiftiHeader, readNrrdHeader, readMhaHeader, sniff, tagsOf, inflateDicom]
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
      for (const parse of parsers) readOrRefuse(() => parse(bytes))
    }),
    { numRuns: 1000 },
  )
})

/** Elements in any order with any tag, type and length, as a writer gone mad would put them. */
const anyElements = fc
  .array(
    fc.record({
      group: fc.constantFrom(0x0002, 0x0008, 0x0010, 0x0020, 0x0028, 0x5200, 0x7fe0, 0xfffe),
      tag: fc.constantFrom(0x0000, 0x0002, 0x0008, 0x0010, 0x0011, 0x0032, 0x0100, 0x9229, 0x9230, 0xe000, 0xe0dd),
      vr: fc.constantFrom('US', 'DS', 'IS', 'SQ', 'UN', 'OB', 'OW', 'FD', 'UI', 'zz'),
      value: fc.uint8Array({ maxLength: 40 }),
      stated: fc.option(fc.constantFrom(0, 1, 0xffff, 0xfffffff0, 0xffffffff), { nil: undefined }),
    }),
    { maxLength: 30 },
  )
  .map((all) => dicomFile(joined(all.map((e) => element(e.group, e.tag, e.vr, e.value, e.stated)))))

test('any elements, and any fragments, are read or refused by code', () => {
  fc.assert(
    fc.property(anyElements, (bytes) => readOrRefuse(() => tagsOf(bytes))),
    { numRuns: 2000 },
  )
  const file = dicomSlice({
    syntax: '1.2.840.10008.1.2.5',
    also: {
      '0028,0008': str(0x0028, 0x0008, 'IS', '2'),
      '7fe0,0010': fragmented([ascii('abcd'), ascii('efgh')], [0, 12]),
    },
  })
  const tags = tagsOf(file)
  if (tags === null || tags === 'not-an-image') throw new Error('no image')
  const { at } = tags.place
  fc.assert(
    fc.property(damaged(file.subarray(at), file.length - at), fc.nat(80), (rest, cut) => {
      const whole = joined([file.subarray(0, at), rest.subarray(0, cut)])
      readOrRefuse(() => compressedFrames(whole, tags))
    }),
    { numRuns: 2000 },
  )
})

const ignore = () => {}

test('a damaged zip gives its files or a code', async () => {
  const zip = zipped({ 'a/b.dcm': dicomSlice(), 'c.txt': ascii('hello '.repeat(50)) })
  await fc.assert(
    fc.asyncProperty(damaged(zip, zip.length), fc.nat(zip.length), async (bytes, cut) => {
      for (const part of [bytes, bytes.slice(0, cut)]) {
        try {
          await unzip(new Blob([part]), IDLE_CONTEXT.signal, ignore)
        } catch (error) {
          expect(error).toBeInstanceOf(PipelineError)
        }
      }
    }),
    { numRuns: 500 },
  )
})

test('a series with damaged files is read or refused by code, to the last voxel', async () => {
  const stack = dicomStack(4, 1)
  const [length = 0] = stack.map((slice) => slice.length)
  await fc.assert(
    fc.asyncProperty(damaged(stack[1] ?? new Uint8Array(), length), fc.nat(length), async (bytes, cut) => {
      const series = [...stack.toSpliced(1, 1, bytes), bytes.slice(0, cut)]
      try {
        const found = await scanFiles(
          series.map((slice, n) => ({ path: `${n}`, file: new Blob([slice]) })),
          IDLE_CONTEXT,
        )
        for (const one of found.filter(({ info }) => info.problem === null)) {
          const { volume } = await one.load(IDLE_CONTEXT, ignore)
          expect(volume.data).toHaveLength(volume.grid.size.reduce((a, b) => a * b))
        }
      } catch (error) {
        expect(error).toBeInstanceOf(PipelineError)
      }
    }),
    { numRuns: 500 },
  )
})

test('a header that is read has a lawful grid', () => {
  fc.assert(
    fc.property(damaged(niftiFile(), 352), (bytes) => {
      readOrRefuse(() => {
        const { grid } = readNiftiHeader(bytes)
        expect(grid.spacing.every((s) => s > 0 && Number.isFinite(s))).toBe(true)
        expect(grid.origin.every(Number.isFinite)).toBe(true)
        const [x, y, z] = [0, 1, 2].map(
          (c): Vec3 => [grid.direction[c] ?? 0, grid.direction[c + 3] ?? 0, grid.direction[c + 6] ?? 0],
        )
        for (const axis of [x, y, z]) expect(norm(axis ?? [0, 0, 0])).toBeCloseTo(1, 6)
      })
    }),
    { numRuns: 1000 },
  )
})

const unit = fc
  .tuple(
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.double({ min: -1, max: 1, noNaN: true }),
  )
  .filter((v) => norm(v) > 0.1)
  .map((v): Vec3 => scaled(v, 1 / norm(v)))

test('a stack in any direction and file order puts every slice where it was taken', () => {
  fc.assert(
    fc.property(
      unit,
      unit,
      fc.double({ min: 0.2, max: 8, noNaN: true }),
      fc.integer({ min: 3, max: 30 }),
      fc.infiniteStream(fc.nat()),
      (row, other, step, count, keys) => {
        const side = cross(row, other)
        fc.pre(norm(side) > 0.1)
        const normal = scaled(side, 1 / norm(side))
        const column = cross(normal, row)
        const slices = Array.from({ length: count }, (_, k) => ({
          position: [normal[0] * k * step, normal[1] * k * step, normal[2] * k * step] as Vec3,
          row,
          column,
          spacingMm: [0.7, 0.9] as const,
          key: keys.next().value ?? 0,
        })).sort((a, b) => a.key - b.key)
        const { grid, order } = stackSlices(slices, [5, 5])
        for (const [k, n] of order.entries()) {
          const found = ijkToLps(grid, [0, 0, k])
          expect(norm(found.map((v, axis) => v - (slices[n]?.position[axis] ?? 0)) as unknown as Vec3)).toBeLessThan(
            1e-6,
          )
        }
      },
    ),
    { numRuns: 300 },
  )
})

test('16-bit values stand for the real ones within half a step', () => {
  fc.assert(
    fc.property(
      fc.float32Array({ minLength: 1, maxLength: 200, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
      (values) => {
        const r = toInt16(values, 'MR')
        const lowest = r.range[0]
        for (const [n, v] of values.entries()) {
          const real = (r.data[n] ?? 0) * r.slope + r.intercept
          expect(Math.abs(real - (Number.isFinite(v) ? v : lowest))).toBeLessThanOrEqual(r.slope * 0.5001)
        }
      },
    ),
    { numRuns: 500 },
  )
})
