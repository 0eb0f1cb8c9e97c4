import { expect, test } from 'vitest'
import { edgeOf, edgeStart, faceSegments, packTables, shareFace, TABLES } from '../../../src/surface/tables.ts'

const CASES = Array.from({ length: 256 }, (_, n) => n)
const EDGES = Array.from({ length: 12 }, (_, n) => n)
const FACES = Array.from({ length: 6 }, (_, n) => n)

type Pair = readonly [number, number]
const name = ([a, b]: Pair) => `${a}>${b}`
const trianglesOf = (cellCase: number) =>
  Array.from({ length: TABLES.count[cellCase] as number }, (_, t) => [
    ...TABLES.edges.subarray(cellCase * 15 + t * 3, cellCase * 15 + t * 3 + 3),
  ])
const halfEdgesOf = (cellCase: number): Pair[] =>
  trianglesOf(cellCase).flatMap((t) => [0, 1, 2].map((n) => [t[n] as number, t[(n + 1) % 3] as number] as const))
/** Half-edges of a case without a partner: they must be the contour on the cell's faces. */
const boundaryOf = (cellCase: number) => {
  const all = new Set(halfEdgesOf(cellCase).map(name))
  return halfEdgesOf(cellCase).filter(([a, b]) => !all.has(name([b, a])))
}
const cornersOfEdge = (e: number): Pair => {
  const [x, y, z] = edgeStart(e)
  const low = x + 2 * y + 4 * z
  return [low, low | (1 << (e >> 2))]
}
const crosses = (cellCase: number, e: number) => {
  const [a, b] = cornersOfEdge(e)
  return ((cellCase >> a) & 1) !== ((cellCase >> b) & 1)
}

test('edge numbers and their starts agree', () => {
  expect(EDGES.map((e) => cornersOfEdge(e).map((corner) => edgeOf((e >> 2) as 0 | 1 | 2, corner)))).toEqual(
    EDGES.map((e) => [e, e]),
  )
})

test.each(CASES)('case %i uses exactly the edges that cross', (cellCase) => {
  const used = new Set(trianglesOf(cellCase).flat())
  expect([...used].sort((a, b) => a - b)).toEqual(EDGES.filter((e) => crosses(cellCase, e)))
})

test.each(CASES)('the triangles of case %i end in the contour of its faces, once each', (cellCase) => {
  const contour = FACES.flatMap((face) => faceSegments(cellCase, face)).map(name)
  expect(boundaryOf(cellCase).map(name).sort()).toEqual(contour.sort())
})

test('no diagonal lies in a cell face', () => {
  const inFace = CASES.flatMap((cellCase) => {
    const contour = new Set(FACES.flatMap((face) => faceSegments(cellCase, face)).map(name))
    return halfEdgesOf(cellCase).filter(([a, b]) => shareFace(a, b) && !contour.has(name([a, b])))
  })
  expect(inFace).toEqual([])
})

test('a single inside corner points outwards', () => {
  // Corner 0 alone: x, y, z edge in this order is counter-clockwise seen from (1, 1, 1).
  expect(trianglesOf(1)).toHaveLength(1)
  const [a, b, c] = trianglesOf(1)[0] as [number, number, number]
  expect([name([a, b]), name([b, c]), name([c, a])].sort()).toEqual(['0>4', '4>8', '8>0'])
})

test('ambiguous faces separate the inside corners', () => {
  // Corners 0 and 3 of face z = 0: each is cut off alone, so no segment joins an edge at 0 with an edge at 3 only.
  const segments = FACES.flatMap((face) => faceSegments(0b1001, face)).filter(([a, b]) =>
    [a, b].every((e) => edgeStart(e)[2] === 0 && e < 8),
  )
  const shared = segments.map(([a, b]) => cornersOfEdge(a).filter((c) => cornersOfEdge(b).includes(c)))
  expect(shared.flat().sort()).toEqual([0, 3])
})

/** The corner on the other side of a face is the same corner of the neighbour, moved along the axis. */
const across = (axis: number, e: number) => {
  const corner = cornersOfEdge(e)[0] ^ (1 << axis)
  return edgeOf((e >> 2) as 0 | 1 | 2, corner)
}
const onSide = (axis: number, side: 0 | 1, [a, b]: Pair) =>
  [a, b].every((e) => e >> 2 !== axis && edgeStart(e)[axis] === side)

test.each([0, 1, 2])('all 4096 pairs of cells along axis %i meet in the same segments, reversed', (axis) => {
  const bit = 1 << axis
  const corners = [0, 1, 2, 3, 4, 5, 6, 7]
  const low = corners.filter((c) => (c & bit) === 0)
  const high = corners.filter((c) => (c & bit) !== 0)
  const put = (where: readonly number[], pattern: number) =>
    where.reduce((sum, corner, n) => sum | (((pattern >> n) & 1) << corner), 0)
  let mismatches = 0
  for (let pattern = 0; pattern < 4096; pattern++) {
    const first = put(low, pattern & 15) | put(high, (pattern >> 4) & 15)
    const second = put(low, (pattern >> 4) & 15) | put(high, pattern >> 8)
    const seen = boundaryOf(first)
      .filter((pair) => onSide(axis, 1, pair))
      .map(([a, b]) => name([across(axis, b), across(axis, a)]))
    const other = boundaryOf(second)
      .filter((pair) => onSide(axis, 0, pair))
      .map(name)
    if (seen.sort().join() !== other.sort().join()) mismatches++
  }
  expect(mismatches).toBe(0)
})

test('the packed tables hold the same cases', () => {
  const packed = packTables(TABLES)
  const nibble = (cellCase: number, n: number) => ((packed[cellCase * 2 + (n >> 3)] as number) >>> (4 * (n & 7))) & 15
  for (const cellCase of CASES) {
    expect(nibble(cellCase, 15)).toBe(TABLES.count[cellCase])
    trianglesOf(cellCase)
      .flat()
      .forEach((e, n) => {
        expect(nibble(cellCase, n)).toBe(e)
      })
  }
})
