/**
 * One-dimensional pass of the squared distance: of samples q in [from, end) of `f` writes the least f[s] + (q - s)^2 step^2
 * in mm2 to out[at], out[at + stride] ...; beyond `limit`, Infinity. Sites s are all of [start, stop); Infinity is no site.
 */
export type Envelope = (line: EnvelopeLine, out: Float32Array, at: number, stride: number) => void

/** The stretch of `f` with the sites, and the samples wanted of it, all counted from `offset`. Reused between calls. */
export interface EnvelopeLine {
  f: Float32Array
  offset: number
  start: number
  stop: number
  from: number
  end: number
}

/** To the centres of the sites, or to the nearest face of their voxels (see distance.ts). */
export type DistanceTo = 'centre' | 'face'

/**
 * Lower envelope of parabolas (Felzenszwalb and Huttenlocher 2012) as a lower hull: f[s] + (q - s)^2 a differs from the
 * line f[s] + a s^2 - 2 a s q by a q^2 for every s alike, so the parabolas on the envelope are the corners of the lower
 * convex hull of the points (s, f[s] + a s^2). One multiplication and one comparison a step; reciprocals of whole
 * numbers come from a table.
 * To faces, the parabola of a site starts half a step before and after it and is 0 between: the envelope, read half a
 * step to either side, and the site itself.
 * Float64 within, float32 in and out: one rounding a pass. Memory: 28 bytes a sample of the longest line.
 */
export function envelopeOf(length: number, stepMm: number, to: DistanceTo, limit: number): Envelope {
  const scratch: Scratch = {
    step2: stepMm * stepMm,
    limit,
    site: new Int32Array(length + 1),
    height: new Float64Array(length + 1),
    slope: new Float64Array(length + 1),
    inverse: Float64Array.from({ length: length + 1 }, (_, n) => 1 / n),
  }
  const read = to === 'centre' ? readCentres : readFaces
  return (line, out, at, stride) => {
    if (lowerHull(scratch, line) > 0) read(scratch, line, out, at, stride)
    else for (let q = line.from, p = at; q < line.end; q++, p += stride) out[p] = Infinity
  }
}

/** Corners of the hull, left to right: their sample, height f + a s^2, and the rise from the corner before. */
interface Scratch {
  readonly step2: number
  readonly limit: number
  readonly site: Int32Array
  readonly height: Float64Array
  readonly slope: Float64Array
  readonly inverse: Float64Array
}

/** Number of corners. A filter of samples that lie above their neighbours, run first to save steps back, cost more than it saved. */
function lowerHull(scratch: Scratch, { f, offset, start, stop }: EnvelopeLine): number {
  const { step2, site, height, slope, inverse } = scratch
  let count = 0
  let topSite = 0
  let topHeight = 0
  let topSlope = -Infinity
  for (let q = start; q < stop; q++) {
    const value = f[offset + q] as number
    if (value === Infinity) continue
    const h = value + q * q * step2
    let rise = -Infinity
    if (count > 0) {
      rise = (h - topHeight) * (inverse[q - topSite] as number)
      // The first is never passed: its slope is -Infinity.
      while (rise <= topSlope) {
        count--
        topSite = site[count - 1] as number
        topHeight = height[count - 1] as number
        topSlope = slope[count - 1] as number
        rise = (h - topHeight) * (inverse[q - topSite] as number)
      }
    }
    site[count] = q
    height[count] = h
    slope[count] = rise
    count++
    topSite = q
    topHeight = h
    topSlope = rise
  }
  slope[count] = Infinity
  return count
}

function readCentres(scratch: Scratch, line: EnvelopeLine, out: Float32Array, at: number, stride: number): void {
  const { step2, limit, site, slope } = scratch
  const { f, offset, from, end } = line
  let part = 0
  let s = site[0] as number
  let value = f[offset + s] as number
  let turn = slope[1] as number
  for (let q = from, p = at; q < end; q++, p += stride) {
    const reach = 2 * step2 * q
    if (turn < reach) {
      do turn = slope[++part + 1] as number
      while (turn < reach)
      s = site[part] as number
      value = f[offset + s] as number
    }
    const square = (q - s) * (q - s) * step2 + value
    out[p] = square <= limit ? square : Infinity
  }
}

function readFaces(scratch: Scratch, line: EnvelopeLine, out: Float32Array, at: number, stride: number): void {
  const { step2, limit, site, slope } = scratch
  const { f, offset, from, end } = line
  let part = 0
  let before = Infinity
  for (let q = from - 1, p = at - stride; q < end; q++, p += stride) {
    const half = q + 0.5
    while ((slope[part + 1] as number) < 2 * step2 * half) part++
    const s = site[part] as number
    const after = (half - s) * (half - s) * step2 + (f[offset + s] as number)
    if (q >= from) {
      const square = Math.min(f[offset + q] as number, before, after)
      out[p] = square <= limit ? square : Infinity
    }
    before = after
  }
}
