import { STLLoader } from 'three/addons/loaders/STLLoader.js'
import { describe, expect, test } from 'vitest'
import { readStl, writeStl } from '../../../src/export/stl.ts'
import { joined } from '../../support/file-parts.ts'
import { releasedForTest } from '../../support/findings.ts'
import { sphereMesh } from '../../support/sphere-mesh.ts'

const sphere = sphereMesh(20, [-31.5, 12.25, 400])
const file = joined(writeStl(releasedForTest(sphere)))
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
  test('reads back bit for bit', () => {
    const soup = readStl(file)
    for (const [corner, index] of sphere.indices.entries())
      for (let axis = 0; axis < 3; axis++)
        expect(soup.positions[corner * 3 + axis]).toBe(sphere.positions[index * 3 + axis])
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
  test('a triangle without area gets a zero normal, not NaN', () => {
    const flat = { positions: new Float32Array(9), indices: new Uint32Array([0, 1, 2]) }
    expect(readStl(joined(writeStl(releasedForTest(flat)))).positions).toEqual(new Float32Array(9))
  })
  test.each([
    ['an empty file', new Uint8Array(0)],
    ['a cut file', file.slice(0, -1)],
    ['a longer file', new Uint8Array([...file, 0])],
    ['a name in the header', changed(50, 0x41)],
    ['a lying count', changed(80, 1)],
    ['hidden attribute bytes', changed(84 + 48, 1)],
    ['a coordinate that is infinite', changed(84 + 12 + 3, 0x7f).fill(0x80, 84 + 14, 84 + 15)],
  ])('%s is refused', (_, bytes) => {
    expect(() => readStl(bytes)).toThrow(expect.objectContaining({ code: 'export/mismatch' }))
  })
})
