import { describe, expect, test } from 'vitest'
import { fontOf } from '../../../../src/prepare/marks/font.ts'
import { textOutlines } from '../../../../src/prepare/marks/outlines.ts'
import type { Ring } from '../../../../src/prepare/marks/prism.ts'
import { strokeWidthMm } from '../../../../src/prepare/marks/strokes.ts'
import { FLAT, markFont } from '../../../support/mark-tools.ts'

const font = fontOf(markFont())
/** One font unit is one millimetre: capitals are 668 units high. */
const inUnits = (text: string, flatMm = 0.05) => textOutlines([text], font, { capHeightMm: 668, flatMm }, FLAT)

const signedArea = (ring: Ring) =>
  ring.reduce((sum, [x, y], n) => {
    const [x1, y1] = ring[(n + 1) % ring.length] as Ring[number]
    return sum + (x * y1 - x1 * y) / 2
  }, 0)
const area = (rings: readonly Ring[]) => rings.reduce((sum, ring) => sum + signedArea(ring), 0)

function bounds(rings: readonly Ring[]) {
  const [xs, ys] = [rings.flat().map(([x]) => x), rings.flat().map(([, y]) => y)]
  return { x0: Math.min(...xs), x1: Math.max(...xs), y0: Math.min(...ys), y1: Math.max(...ys) }
}

/** Twice the area under a quadratic curve from the chord, by its control triangle: the segment is 2/3 of the triangle. */
function areaByFormula(letter: string): number {
  let [x, y] = [0, 0]
  let sum = 0
  const line = (x1: number, y1: number) => {
    sum += (x * y1 - x1 * y) / 2
    ;[x, y] = [x1, y1]
  }
  for (const c of font.charToGlyph(letter).getPath(0, 0, font.unitsPerEm).commands) {
    if (c.type === 'M') [x, y] = [c.x, c.y]
    if (c.type === 'L') line(c.x, c.y)
    if (c.type !== 'Q') continue
    const [dx, dy, ex, ey] = [c.x1 - x, c.y1 - y, c.x - x, c.y - y]
    sum += (2 / 3) * ((dx * ey - ex * dy) / 2)
    line(c.x, c.y)
  }
  return Math.abs(sum)
}

describe('outlines of text', () => {
  test('H is 158 wide stems of 668 and a bar of 275 x 139, as in the font', () => {
    expect(area(inUnits('H'))).toBeCloseTo(2 * 158 * 668 + 275 * 139, 3)
    const box = bounds(inUnits('H'))
    expect(box.x1 - box.x0).toBeCloseTo(635 - 44, 6)
    expect([box.y0, box.y1]).toEqual([expect.closeTo(-334, 6), expect.closeTo(334, 6)])
  })

  test.each([...'OSR69'])('%s has the area of its own curves', (letter) => {
    const metrics = font.charToGlyph(letter).getMetrics()
    const rings = inUnits(letter)
    expect(Math.abs(area(rings) / areaByFormula(letter) - 1)).toBeLessThan(2e-3)
    const box = bounds(rings)
    expect(Math.abs(box.x1 - box.x0 - (metrics.xMax - metrics.xMin))).toBeLessThan(0.1)
    expect(Math.abs(box.y1 - box.y0 - (metrics.yMax - metrics.yMin))).toBeLessThan(0.1)
  })

  test('a finer error comes nearer to the curve, and a coarse one stays within it', () => {
    const [coarse, fine] = [inUnits('O', 4), inUnits('O', 0.01)]
    expect(coarse.flat().length).toBeLessThan(fine.flat().length / 3)
    const difference = Math.abs(area(coarse) - area(fine))
    const lengthMm = 2 * Math.PI * (334 + 180)
    expect(difference).toBeGreaterThan(100)
    expect(difference).toBeLessThan(4 * lengthMm)
  })

  test.each([
    ['O', 1],
    ['8', 2],
    ['B', 2],
    ['0', 2],
    ['A', 1],
    ['L', 0],
  ])('%s keeps its %i counters as holes', (letter, holes) => {
    const rings = inUnits(letter)
    expect(rings.filter((ring) => signedArea(ring) < 0)).toHaveLength(holes)
  })

  test('pairs are kerned by the font: A and V stand 89 units nearer', () => {
    const box = bounds(inUnits('AV'))
    const [a, v] = ['A', 'V'].map((letter) => font.charToGlyph(letter))
    const apart = (a?.advanceWidth ?? 0) - (a?.getMetrics().xMin ?? 0) + (v?.getMetrics().xMax ?? 0)
    expect(box.x1 - box.x0).toBeCloseTo(apart - 89, 3)
  })

  test('lines lie below each other, centred, none on another', () => {
    const rings = textOutlines(['HH', 'H'], font, { capHeightMm: 10, flatMm: 0.01 }, FLAT)
    const upper = bounds(rings.filter((ring) => ring.every(([, y]) => y > 0)))
    const lower = bounds(rings.filter((ring) => ring.every(([, y]) => y < 0)))
    expect(upper.y1 - upper.y0).toBeCloseTo(10, 6)
    expect(upper.y1).toBeCloseTo(-lower.y0, 6)
    expect(upper.y0 - lower.y1).toBeCloseTo(8, 6)
    expect(upper.x0 + upper.x1).toBeCloseTo(lower.x0 + lower.x1, 6)
  })

  test('a letter that the font lacks is an error of its own, which does not repeat it', () => {
    expect(() => inUnits('A漢')).toThrow(
      expect.objectContaining({ code: 'prepare/no-glyph', detail: { missing: 1, at: 1 } }),
    )
    expect(() => inUnits('A漢')).not.toThrow('漢')
  })

  test('nothing to write, and what is no font, are refused', () => {
    expect(() => inUnits(' ')).toThrow(expect.objectContaining({ code: 'app/bad-parameter' }))
    expect(() => fontOf(new ArrayBuffer(40))).toThrow(expect.objectContaining({ code: 'prepare/failed' }))
  })
})

describe('width of strokes', () => {
  test('that of a bar is its own, and the stem of a letter is the font`s', () => {
    const bar: Ring = [
      [0, 0],
      [10, 0],
      [10, 1.2],
      [0, 1.2],
    ] // prettier-ignore
    expect(strokeWidthMm([bar], 5, FLAT)).toBeCloseTo(1.2, 2)
    expect(strokeWidthMm([bar], 1, FLAT)).toBe(1)
    // The bar of the H, 139 units of 668, is thinner than its stems; it is a fifth of the area.
    expect(strokeWidthMm(textOutlines(['H'], font, { capHeightMm: 6.68, flatMm: 0.01 }, FLAT), 5, FLAT)).toBeCloseTo(
      1.39,
      1,
    )
  })
})
