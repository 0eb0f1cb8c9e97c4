import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ijkToLps } from '../../src/core/affine.ts'
import { PipelineError } from '../../src/core/errors.ts'
import type { Vec3 } from '../../src/core/types.ts'
import { cross, norm, scaled } from '../../src/import/affine-grid.ts'
import { readNiftiHeader } from '../../src/import/nifti-header.ts'
import { stackSlices } from '../../src/import/slice-geometry.ts'
import { toInt16 } from '../../src/import/to-int16.ts'
import { niftiFile } from '../support/scan-files.ts'

/** A valid file with some of its first bytes overwritten. */
const damaged = (file: Uint8Array<ArrayBuffer>, within: number) =>
  fc.array(fc.tuple(fc.nat(within - 1), fc.nat(255)), { minLength: 1, maxLength: 12 }).map((changes) => {
    const bytes = file.slice()
    for (const [at, v] of changes) bytes[at] = v
    return bytes
  })

const readOrRefuse = (read: () => unknown) => {
  try {
    read()
  } catch (error) {
    expect(error).toBeInstanceOf(PipelineError)
  }
}

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
