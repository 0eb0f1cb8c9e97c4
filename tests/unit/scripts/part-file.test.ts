import { expect, test } from 'vitest'
import { judgePart, readStlFile, readThreeMfText } from '../../../scripts/lib/part-file.mjs'

/** A box of 2 x 3 x 4 mm, corners numbered by bits x, y, z. */
const POINTS = Float32Array.from(Array.from({ length: 8 }, (_, n) => [2 * (n & 1), 3 * ((n >> 1) & 1), n & 4]).flat())
const QUADS = ['0462', '1375', '0154', '2673', '0231', '4576']
const CORNERS = Uint32Array.from(QUADS.flatMap((q) => [0, 1, 2, 0, 2, 3].map((n) => Number(q[n]))))

function stlOf(points: Float32Array, corners: Uint32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(84 + (50 * corners.length) / 3))
  view.setUint32(80, corners.length / 3, true)
  for (const [n, corner] of corners.entries()) {
    const at = 96 + 50 * Math.floor(n / 3) + 12 * (n % 3)
    for (let axis = 0; axis < 3; axis++) view.setFloat32(at + 4 * axis, points[3 * corner + axis] ?? 0, true)
  }
  return new Uint8Array(view.buffer)
}

test('a closed box has no open edge and its volume, from either file', () => {
  const whole = { triangles: 12, openEdges: 0, doubledEdges: 0, volumeMm3: 24 }
  expect(judgePart(readStlFile(stlOf(POINTS, CORNERS)))).toEqual(whole)
  const vertices = Array.from({ length: 8 }, (_, n) => POINTS.slice(3 * n, 3 * n + 3))
  const triangles = Array.from({ length: 12 }, (_, n) => CORNERS.slice(3 * n, 3 * n + 3))
  const xml = [
    '<model unit="millimeter" xml:lang="en">',
    ...vertices.map(([x, y, z]) => `<vertex x="${x}" y="${y}" z="${z}"/>`),
    ...triangles.map(([a, b, c]) => `<triangle v1="${a}" v2="${b}" v3="${c}"/>`),
  ].join('')
  expect(judgePart(readThreeMfText(xml))).toEqual(whole)
  expect(() => readThreeMfText(xml.replace('millimeter', 'inch'))).toThrow('millimeter')
})

test('a missing, a turned and a doubled triangle show; a box inside out has a negative volume', () => {
  const judged = (corners: Uint32Array) => judgePart({ points: POINTS, corners })
  expect(judged(CORNERS.slice(3)).openEdges).toBe(3)
  const turned = CORNERS.slice()
  turned.set([turned[1] ?? 0, turned[0] ?? 0])
  expect(judged(turned)).toMatchObject({ openEdges: 6, doubledEdges: 3 })
  expect(judged(Uint32Array.from([...CORNERS, ...CORNERS.slice(0, 3)])).doubledEdges).toBe(3)
  expect(judged(CORNERS.slice().reverse()).volumeMm3).toBe(-24)
  expect(() => readStlFile(stlOf(POINTS, CORNERS).slice(0, -50))).toThrow('length')
})
