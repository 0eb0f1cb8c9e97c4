import type { Font, PathCommand } from 'opentype.js'
import { PipelineError } from '../../core/errors.ts'
import type { Solids } from '../solid.ts'
import type { Ring } from './prism.ts'

export interface OutlineParams {
  /** Height of a capital letter, mm. */
  readonly capHeightMm: number
  /** No point of a flattened curve is farther from the font's curve, mm. */
  readonly flatMm: number
}

/** From one base line to the next, in cap heights: 1.2 em in a typeface whose capitals are 2/3 em high. */
const LINE_PITCH = 1.8

/** Edges shorter than this come from rounding alone. */
const SPECK_MM = 1e-3

/**
 * The outlines of lines of text in mm, each line centred on x = 0 by its advance width and the lines on y = 0 between the top of the
 * first line's capitals and the last base line. Curves are the font's own, kerned by the font's own tables. Overlapping
 * contours are joined by the nonzero rule, which is TrueType's (Apple, TrueType Reference Manual, "Digitizing Letterform
 * Designs"). Rings do not cross or touch.
 * @throws prepare/no-glyph for a character that the font lacks; app/bad-parameter when nothing is to be written.
 */
export function textOutlines(
  lines: readonly string[],
  font: Font,
  params: OutlineParams,
  { lib, keep }: Pick<Solids, 'lib' | 'keep'>,
): Ring[] {
  requireGlyphs(lines, font)
  const { capHeightMm, flatMm } = params
  const sizeMm = capHeightMm / capHeightEm(font)
  const pitchMm = LINE_PITCH * capHeightMm
  const lowestMm = -(capHeightMm + (lines.length - 1) * pitchMm) / 2
  const contours = lines.flatMap((line, n) => {
    const baseMm = lowestMm + (lines.length - 1 - n) * pitchMm
    const path = font.getPath(line, -font.getAdvanceWidth(line, sizeMm, KERNED) / 2, -baseMm, sizeMm, KERNED)
    return flattened(path.commands, flatMm)
  })
  const filled = keep(new lib.CrossSection(contours, 'NonZero'))
  return keep(filled.simplify(SPECK_MM)).toPolygons()
}

const KERNED = { kerning: true }

function requireGlyphs(lines: readonly string[], font: Font): void {
  const characters = lines.flatMap((line) => [...line])
  if (characters.every((character) => character.trim() === '')) {
    throw new PipelineError('app/bad-parameter', 'There is nothing to write. Give at least one character.')
  }
  const missing = characters.filter((character) => font.charToGlyphIndex(character) === 0)
  if (missing.length === 0) return
  // The characters themselves may be personal; their place is enough to find them.
  throw new PipelineError('prepare/no-glyph', 'The typeface for parts has no letter for a character of the text.', {
    missing: missing.length,
    at: characters.indexOf(missing[0] as string),
  })
}

/** Height of the capitals as the font states it (OS/2 sCapHeight), in em. */
function capHeightEm(font: Font): number {
  const stated = font.tables.os2?.sCapHeight as number | undefined
  const units = stated !== undefined && stated > 0 ? stated : (font.charToGlyph('H').getMetrics().yMax as number)
  return units / font.unitsPerEm
}

/** Closed rings of a path whose y points down, y up. */
function flattened(commands: readonly PathCommand[], flatMm: number): Ring[] {
  const rings: Ring[] = []
  let ring: Ring = []
  for (const c of commands) {
    if (c.type === 'M') {
      ring = [[c.x, -c.y]]
      rings.push(ring)
    } else if (c.type === 'L') ring.push([c.x, -c.y])
    else if (c.type === 'Q')
      curve(
        ring,
        [
          [c.x1, -c.y1],
          [c.x, -c.y],
        ],
        flatMm,
      ) // prettier-ignore
    else if (c.type === 'C')
      curve(
        ring,
        [
          [c.x1, -c.y1],
          [c.x2, -c.y2],
          [c.x, -c.y],
        ],
        flatMm,
      ) // prettier-ignore
  }
  return rings
}

/**
 * Appends a Bezier curve of degree 2 or 3 as chords. Their number is Wang's bound: n = sqrt(d (d - 1) / 8 x M / error), M the
 * largest second difference of the control points (Wang 1984, as in Goldman, Pyramid Algorithms, 2002).
 */
function curve(ring: Ring, controls: Ring, flatMm: number): void {
  const all: Ring = [ring.at(-1) as Ring[number], ...controls]
  const degree = controls.length
  const bends = all.slice(2).map(([x, y], n) => {
    const [[x0, y0], [x1, y1]] = [all[n] as Ring[number], all[n + 1] as Ring[number]]
    return Math.hypot(x0 - 2 * x1 + x, y0 - 2 * y1 + y)
  })
  const chords = Math.max(1, Math.ceil(Math.sqrt(((degree * (degree - 1)) / 8) * (Math.max(...bends) / flatMm))))
  for (let n = 1; n <= chords; n++) ring.push(pointOf(all, n / chords))
}

/** De Casteljau. */
function pointOf(controls: Ring, t: number): Ring[number] {
  if (controls.length === 1) return controls[0] as Ring[number]
  return pointOf(
    controls.slice(1).map(([x, y], n) => {
      const [x0, y0] = controls[n] as Ring[number]
      return [x0 + t * (x - x0), y0 + t * (y - y0)]
    }),
    t,
  )
}
