import { STLLoader } from 'three/addons/loaders/STLLoader.js'
import { describe, expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import { writeStl } from '../../../src/export/stl.ts'
import { readStl } from '../../../src/export/stl-read.ts'
import { cornersOf, fileOf, joined, soupOf } from '../../support/file-parts.ts'
import { releasedForTest } from '../../support/findings.ts'
import { sphereMesh } from '../../support/sphere-mesh.ts'
import { wavySheet } from '../../support/wavy-sheet.ts'

const sphere = sphereMesh(20, [-31.5, 12.25, 400])
const file = joined(writeStl(releasedForTest(sphere)))
const read = (bytes: Uint8Array) => cornersOf((take) => readStl(fileOf(bytes), take, IDLE_CONTEXT))
const changed = (at: number, value: number) => {
  const copy = file.slice()
  copy[at] = value
  return copy
}

describe('binary STL', () => {
  test('has a constant header without names that is not taken for ASCII', () => {
    const other = joined(writeStl(releasedForTest(sphereMesh(5, [0, 0, 0]))))
    expect(other.slice(0, 80)).toEqual(file.slice(0, 80))
    expect(new TextDecoder().decode(file.slice(0, 80)).replaceAll('\0', '')).toBe(
      'Proofprint binary STL, unit mm, LPS axes',
    )
    expect(file.length).toBe(84 + 50 * (sphere.indices.length / 3))
  })
  test('reads back bit for bit', async () => {
    expect((await read(file)).corners).toEqual(soupOf(sphere))
  })
  test('a file of several pieces reads back bit for bit, and tells how far it is', async () => {
    const large = wavySheet(220)
    const fractions: number[] = []
    const ctx = { ...IDLE_CONTEXT, progress: (fraction: number) => fractions.push(fraction) }
    const lengths: number[] = []
    const { corners } = await cornersOf((take) =>
      readStl(
        fileOf(joined(writeStl(releasedForTest(large)))),
        (piece) => {
          lengths.push(piece.length / 9)
          take(piece)
        },
        ctx,
      ),
    )
    expect(Buffer.compare(new Uint8Array(corners.buffer), new Uint8Array(soupOf(large).buffer))).toBe(0)
    expect(lengths).toEqual([80_000, large.indices.length / 3 - 80_000])
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b))
  })
  test('reading is cancelled between two pieces', async () => {
    const controller = new AbortController()
    const reading = readStl(fileOf(joined(writeStl(releasedForTest(wavySheet(220))))), () => controller.abort(), {
      ...IDLE_CONTEXT,
      signal: controller.signal,
    })
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' })
  })
  test('another reader (three) sees the same corners, with outward normals', () => {
    const geometry = new STLLoader().parse(file.buffer as ArrayBuffer)
    const position = geometry.getAttribute('position')
    const normal = geometry.getAttribute('normal')
    expect(position.count).toBe(sphere.indices.length)
    for (const [corner, index] of sphere.indices.entries()) {
      expect(position.getX(corner)).toBe(sphere.positions[index * 3])
      expect(position.getZ(corner)).toBe(sphere.positions[index * 3 + 2])
      const outward =
        normal.getX(corner) * (position.getX(corner) + 31.5) +
        normal.getY(corner) * (position.getY(corner) - 12.25) +
        normal.getZ(corner) * (position.getZ(corner) - 400)
      expect(outward).toBeGreaterThan(19)
    }
  })
  test('a triangle without area gets a zero normal, not NaN', async () => {
    const flat = { positions: new Float32Array(9), indices: new Uint32Array([0, 1, 2]) }
    expect((await read(joined(writeStl(releasedForTest(flat))))).corners).toEqual(new Float32Array(9))
  })
  test.each([
    ['an empty file', new Uint8Array(0)],
    ['a cut file', file.slice(0, -1)],
    ['a longer file', new Uint8Array([...file, 0])],
    ['a name in the header', changed(50, 0x41)],
    ['a lying count', changed(80, 1)],
    ['hidden attribute bytes', changed(84 + 48, 1)],
    ['a coordinate that is infinite', changed(84 + 12 + 3, 0x7f).fill(0x80, 84 + 14, 84 + 15)],
  ])('%s is refused', async (_, bytes) => {
    await expect(read(bytes)).rejects.toMatchObject({ code: 'export/mismatch' })
  })
})
