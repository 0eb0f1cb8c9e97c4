import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { compareNifti, readNiftiFile } from '../../../scripts/lib/nifti-file.mjs'
import { niftiFile } from '../../support/scan-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'nifti-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const read = (name: string, options: Parameters<typeof niftiFile>[0]) => {
  writeFileSync(join(folder, name), gzipSync(niftiFile(options)))
  return readNiftiFile(join(folder, name))
}

const SIZE = [4, 3, 5] as const
const VALUES = Array.from({ length: 60 }, (_, n) => n * n)
const plain = read('a', { size: SIZE, values: VALUES, srow: [2, 0, 0, 1, 0, 3, 0, 2, 0, 0, 4, 3] })

/** The same image with its first axis last and running the other way. */
const turned = (shift = 0) => {
  const [nx, ny, nz] = SIZE
  const values = Array.from({ length: 60 }, (_, n) => {
    const [j, k, i] = [n % ny, Math.floor(n / ny) % nz, nx - 1 - Math.floor(n / (ny * nz))]
    return VALUES[i + nx * (j + ny * k)] ?? 0
  })
  return read('b', { size: [ny, nz, nx], values, srow: [0, 0, -2, 1 + 6 + shift, 3, 0, 0, 2, 0, 4, 0, 3] })
}

test('an image is found equal though its axes are turned', () => {
  expect(compareNifti(plain, turned())).toEqual({ placeMm: 0, cornerMm: 0, value: 0, meanValue: 0, range: 59 * 59 })
})
test('a shift and a changed voxel are told', () => {
  expect(compareNifti(plain, turned(0.25))).toMatchObject({ placeMm: 0.25, cornerMm: 0.25, value: 0 })
  const other = read('c', { size: SIZE, values: VALUES.with(7, 0), srow: [2, 0, 0, 1, 0, 3, 0, 2, 0, 0, 4, 3] })
  expect(compareNifti(plain, other)).toMatchObject({ placeMm: 0, value: 49 })
})
test('an image of another size is not compared', () => {
  expect(compareNifti(plain, read('d', { size: [4, 3, 4] }))).toBeNull()
})
