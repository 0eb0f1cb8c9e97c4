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
 * convex hull of the points (s, f[s] + a s^2). One multiplication and one comparison a step; reciprocals come from a table.
 * A corner that is nearest to no whole sample is left out, so every corner has a first sample of its own (as in Meijster,
 * Roerdink and Hesselink 2000), which the reading needs.
 * To faces, the parabola of a site starts half a step before and after it and is 0 between: the envelope, read half a
 * step to either side, and the site itself.
 * Reading with a walk along the corners, a whole field of 256^3 took 1 / 1.7 of the plain algorithm's time; with jumps,
 * first samples and the limit apart, 1 / 2.0; with candidates and typed numbers, 1 / 2.5 (docs/evidence/bench.md).
 * Float64 within, float32 in and out: one rounding a pass. Memory: 32 bytes a sample of the longest line.
 */
export function envelopeOf(length: number, stepMm: number, to: DistanceTo, limit: number): Envelope {
  const step2 = stepMm * stepMm
  const hull: Hull = {
    step2,
    site: new Int32Array(length + 2),
    height: new Float64Array(length + 2),
    first: new Float64Array(length + 2),
    jump: new Int32Array(length + 2),
    inverse: Float64Array.from({ length: length + 2 }, (_, n) => (n === 0 ? Number.NaN : 1 / (2 * step2 * n))),
  }
  const read = to === 'centre' ? readCentres : readFaces
  const lead = to === 'centre' ? 0 : 1
  return (line, out, at, stride) => {
    const { f, offset, from, end } = line
    const last = at + (end - from) * stride
    const parts = lowerHull(hull, line, lead)
    if (parts === 0) for (let p = at; p < last; p += stride) out[p] = Infinity
    else {
      read(hull, parts, f, offset, from, end, out, at, stride)
      // Within the readers this cost half as much again as the reading, for fields without a limit too.
      if (limit < Infinity) cut(out, at, last, stride, limit)
    }
  }
}

/** Corners of the hull, left to right from 1 on. Entry 0 bounds the walk back. */
interface Hull {
  readonly step2: number
  /** Sample of the corner; behind the corners found so far, the candidates not yet looked at. */
  readonly site: Int32Array
  /** f + a s^2. */
  readonly height: Float64Array
  /** First sample that the corner is nearest to. Whole numbers in float64: converted at each step they cost a twentieth more. */
  readonly first: Float64Array
  /** For each sample, how far the site jumps there; all 0 between calls. */
  readonly jump: Int32Array
  /** 1 / (2 a n). */
  readonly inverse: Float64Array
}

/**
 * Writes to hull.site, from 1 on, the sites that neither neighbour keeps from being nearest to a whole sample of [from, last];
 * returns the end of the list. The others, half of all at 256^3, cost a few steps each here; the walk back would pay for
 * each a branch guessed wrong. Hence no branch a sample: the comparisons are counted.
 */
function listCandidates(hull: Hull, line: EnvelopeLine, from: number, last: number, shift: number): number {
  const { inverse, site } = hull
  const { f, offset, start, stop } = line
  if (start >= stop) return 1
  const half = inverse[1] as number
  let n = 1
  let value = f[offset + start] as number
  // Where q takes over from the sample before, and the first whole sample there.
  let turn = from
  let first = from
  let middle = start + 0.5 - shift
  let q = start
  for (; q < stop - 1; q++, middle += 1) {
    const after = f[offset + q + 1] as number
    // -Infinity or NaN where q is no site: fails either way.
    const next = middle + (after - value) * half
    site[n] = q
    n += Number(next > first) & Number(next > from) & Number(turn <= last)
    first = Math.ceil(next)
    turn = next
    value = after
  }
  site[n] = q
  return n + (Number(value < Infinity) & Number(turn <= last))
}

/**
 * Number of corners, read `shift` beyond each sample. Takes the line, not its numbers: of a number that comes in by itself
 * the compiler knows no type, and kept `q` and `topFirst` as tagged values, on the heap where not whole (a twelfth of the
 * whole field's time).
 * A second look at the candidates would drop a fifth of them, and costs what it saves.
 */
function lowerHull(hull: Hull, line: EnvelopeLine, lead: number): number {
  const { step2, site, height, first, inverse } = hull
  const { f, offset } = line
  const shift = lead / 2
  const from = line.from - lead
  const last = line.end - 1
  const count = listCandidates(hull, line, from, last, shift)
  // NaN turns end every walk back.
  site[0] = -1
  height[0] = inverse[0] as number
  first[0] = from
  let top = 0
  let topSite = -1
  let topHeight = Number.NaN
  let topFirst = from
  for (let c = 1; c < count; c++) {
    const q = site[c] as number
    const x = q - shift
    const h = (f[offset + q] as number) + x * x * step2
    let turn = (h - topHeight) * (inverse[q - topSite] as number)
    while (turn <= topFirst) {
      top--
      topSite = site[top] as number
      topHeight = height[top] as number
      topFirst = first[top] as number
      turn = (h - topHeight) * (inverse[q - topSite] as number)
    }
    if (turn > last) continue
    top++
    topSite = q
    topHeight = h
    topFirst = turn > from ? Math.ceil(turn) : from
    site[top] = q
    height[top] = h
    first[top] = topFirst
  }
  return top
}

/** Site of the first corner; writes the jumps to the others, which a reader adds up and clears: no branch a sample. */
function setJumps({ site, first, jump }: Hull, parts: number): number {
  const leftmost = site[1] as number
  for (let part = 2, before = leftmost; part <= parts; part++) {
    const s = site[part] as number
    jump[first[part] as number] = s - before
    before = s
  }
  return leftmost
}

/** Writes the samples from .. end - 1 of a line by the corners of its hull. */
type Read = (
  hull: Hull,
  parts: number,
  f: Float32Array,
  offset: number,
  from: number,
  end: number,
  out: Float32Array,
  at: number,
  stride: number,
) => void

const readCentres: Read = (hull, parts, f, offset, from, end, out, at, stride) => {
  const { step2, jump } = hull
  let s = setJumps(hull, parts)
  for (let q = from, p = at; q < end; q++, p += stride) {
    s += jump[q] as number
    jump[q] = 0
    // Whole numbers below 46341, so that the square is one too.
    out[p] = Math.imul(q - s, q - s) * step2 + (f[offset + s] as number)
  }
}

const readFaces: Read = (hull, parts, f, offset, from, end, out, at, stride) => {
  const { step2, jump } = hull
  let s = setJumps(hull, parts)
  let before = (from - 0.5 - s) * (from - 0.5 - s) * step2 + (f[offset + s] as number)
  for (let q = from, p = at; q < end; q++, p += stride) {
    s += jump[q] as number
    jump[q] = 0
    const after = (q + 0.5 - s) * (q + 0.5 - s) * step2 + (f[offset + s] as number)
    out[p] = Math.min(f[offset + q] as number, before, after)
    before = after
  }
}

function cut(out: Float32Array, at: number, end: number, stride: number, limit: number): void {
  for (let p = at; p < end; p += stride) if ((out[p] as number) > limit) out[p] = Infinity
}
