import { DOMParser } from 'linkedom'
import { expect, test } from 'vitest'
import { costCurve } from '../../../scripts/lib/cost-curve.mjs'
import type { BenchRow } from '../../support/paired.ts'

const row = (size: string, subject: string, subjectMs: number): BenchRow => ({
  work: 'cost curve: a field',
  size,
  subject,
  peer: '-',
  subjectMs,
  peerMs: null,
  ratio: null,
  subjectColdMs: subjectMs,
  peerColdMs: null,
  adapter: 'A & B <1>',
  isFallback: false,
  date: '2026-01-02',
})

test('no rows of a curve, no picture', () => {
  expect(costCurve([{ ...row('8 x 8 x 8', 'cpu', 3), work: 'surface' }])).toBeNull()
})

test('one line a subject, left to right by size, higher where it takes longer, within the frame', () => {
  const rows = [row('512 x 512 x 1000', 'cpu', 4000), row('64 x 64 x 64', 'cpu', 2), row('64 x 64 x 64', 'webgpu', 30)]
  const svg = costCurve(rows) ?? ''
  const picture = new DOMParser().parseFromString(svg, 'image/svg+xml')
  const lines = [...picture.querySelectorAll('polyline')].map((line) =>
    (line.getAttribute('points') ?? '').split(' ').map((point: string) => point.split(',').map(Number)),
  )
  expect(lines.map((points) => points.length)).toEqual([2, 1])
  const [[x0 = 0, y0 = 0] = [], [x1 = 0, y1 = 0] = []] = lines[0] ?? []
  expect(x1).toBeGreaterThan(x0)
  expect(y1).toBeLessThan(y0)
  for (const [x = -1, y = -1] of lines.flat()) {
    expect(x).toBeGreaterThanOrEqual(72)
    expect(x).toBeLessThanOrEqual(680)
    expect(y).toBeGreaterThanOrEqual(56)
    expect(y).toBeLessThanOrEqual(376)
  }
  expect(svg).toContain('A &amp; B &lt;1>')
  expect(svg).toContain('2026-01-02')
})
