import { expect, test } from 'vitest'
import { agreement } from '../../../scripts/lib/mask-agreement.mjs'

const grid = { size: [20, 12, 10], spacingMm: [1, 2, 3] }
const block = (from: number, to: number) =>
  Uint8Array.from({ length: 20 * 12 * 10 }, (_, n) => {
    const [i, j, k] = [n % 20, Math.floor(n / 20) % 12, Math.floor(n / 240)]
    return i >= from && i < to && j >= 2 && j < 10 && k >= 2 && k < 8 ? 1 : 0
  })

test('a mask agrees with itself', () => {
  expect(agreement(block(4, 10), block(4, 10), grid)).toEqual({ dice: 1, precision: 1, recall: 1, meanMm: 0, p95Mm: 0 })
})
test('a block twice as long: half of it is right, all of it was found', () => {
  const found = agreement(block(4, 16), block(4, 10), grid)
  expect(found).toMatchObject({ dice: 2 / 3, precision: 0.5, recall: 1 })
})
test('distances between surfaces are those of brute force, in mm', () => {
  const [a, b] = [block(4, 12), block(6, 10)]
  const place = (n: number) => [n % 20, 2 * (Math.floor(n / 20) % 12), 3 * Math.floor(n / 240)] as const
  const edges = (mask: Uint8Array) =>
    [...mask.keys()].filter((n) => mask[n] === 1 && [1, 20, 240].some((d) => mask[n - d] === 0 || mask[n + d] === 0))
  const nearest = (n: number, others: number[]) => {
    const [x, y, z] = place(n)
    return Math.min(
      ...others.map((m) => {
        const [p, q, r] = place(m)
        return Math.hypot(x - p, y - q, z - r)
      }),
    )
  }
  const [ea, eb] = [edges(a), edges(b)]
  const all = [...ea.map((n) => nearest(n, eb)), ...eb.map((n) => nearest(n, ea))]
  const found = agreement(a, b, grid)
  expect(found?.meanMm).toBeCloseTo(all.reduce((s, v) => s + v, 0) / all.length, 5)
  expect(found?.p95Mm).toBeCloseTo(all.sort((p, q) => p - q)[Math.floor(0.95 * (all.length - 1))] ?? 0, 5)
})
test('an empty mask agrees with nothing', () => {
  expect(agreement(block(4, 10), block(4, 4), grid)).toBeNull()
})
