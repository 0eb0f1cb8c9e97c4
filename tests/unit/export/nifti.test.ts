import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { niftiReadImageNode } from '@itk-wasm/image-io'
import { expect, test } from 'vitest'
import type { Grid, Mat3, Volume } from '../../../src/core/types.ts'
import { writeNiftiMask, writeNiftiVolume } from '../../../src/export/nifti.ts'
import { gridOf, maskOf, randomVolume } from '../../support/phantoms.ts'

/** ITK as the independent reader: it gives LPS direction, origin and spacing, and rescaled values. */
async function readByItk(bytes: Uint8Array) {
  const folder = await mkdtemp(join(tmpdir(), 'nifti-'))
  try {
    await writeFile(join(folder, 'a.nii'), bytes)
    return (await niftiReadImageNode(join(folder, 'a.nii'))).image
  } finally {
    await rm(folder, { recursive: true })
  }
}

const turned = (angle: number): Mat3 => [
  Math.cos(angle),
  -Math.sin(angle),
  0,
  Math.sin(angle),
  Math.cos(angle),
  0,
  0,
  0,
  1,
]
const DIRECTIONS: [string, Mat3][] = [
  ['axial', [1, 0, 0, 0, 1, 0, 0, 0, 1]],
  ['feet first, prone', [-1, 0, 0, 0, 1, 0, 0, 0, -1]],
  ['sagittal', [0, 0, 1, 1, 0, 0, 0, 1, 0]],
  ['oblique', turned(0.3)],
  ['half a turn', [-1, 0, 0, 0, -1, 0, 0, 0, 1]],
  ['left-handed', [1, 0, 0, 0, 1, 0, 0, 0, -1]],
]
const SFORM_CODE = 254
const withoutSform = (bytes: Uint8Array) => bytes.with(SFORM_CODE, 0)
const near = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  expect(a.length).toBe(b.length)
  for (let n = 0; n < a.length; n++) expect(Math.abs((a[n] as number) - (b[n] as number))).toBeLessThan(1e-4)
}
const gridWith = (direction: Mat3): Grid =>
  gridOf([7, 5, 3], [0.5, 0.75, 1.25], { origin: [-12.5, 30.25, 401], direction })

test.each(DIRECTIONS)('%s: ITK reads the same place, by sform and by qform', async (_, direction) => {
  const volume = randomVolume(gridWith(direction), 7)
  const bytes = writeNiftiVolume(volume)
  for (const file of [bytes, withoutSform(bytes)]) {
    const image = await readByItk(file)
    expect(image.size).toEqual(volume.grid.size)
    near(image.spacing, volume.grid.spacing)
    near(image.origin, volume.grid.origin)
    near(image.direction as Float64Array, direction)
  }
})
test('values keep their rescale', async () => {
  const volume: Volume = { ...randomVolume(gridWith(turned(0)), 11), slope: 0.5, intercept: -1024 }
  const image = await readByItk(writeNiftiVolume(volume))
  near(
    image.data as Float32Array,
    Float64Array.from(volume.data, (v) => 0.5 * v - 1024),
  )
})
test('a mask is 0 and 1', async () => {
  const grid = gridWith(turned(0))
  const image = await readByItk(writeNiftiMask(maskOf(grid, (i, j, k) => (i + j + k) % 3 === 0)))
  const expected = Array.from(
    { length: 105 },
    (_, n) => ((n % 7) + (Math.floor(n / 7) % 5) + Math.floor(n / 35)) % 3 === 0,
  )
  expect([...(image.data as Uint8Array)]).toEqual(expected.map(Number))
})
test('text fields are empty: nothing can be hidden there', () => {
  const bytes = writeNiftiVolume(randomVolume(gridWith(turned(0)), 3))
  expect(bytes.slice(4, 40).every((b) => b === 0)).toBe(true)
  expect(bytes.slice(148, 252).every((b) => b === 0)).toBe(true)
})
test('a side that does not fit the header is refused', () => {
  const grid = gridOf([40000, 1, 1])
  const volume: Volume = { ...randomVolume(gridOf([1, 1, 1]), 1), grid }
  expect(() => writeNiftiVolume(volume)).toThrow(expect.objectContaining({ code: 'volume/too-large' }))
})
