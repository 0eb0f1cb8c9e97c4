/** A Fourier transform of one length, in place on real and imaginary parts; the inverse undoes it, scale included. */
export interface Fourier {
  readonly length: number
  forward(re: Float64Array, im: Float64Array): void
  inverse(re: Float64Array, im: Float64Array): void
}

/**
 * The transform of this length: radix 2 for powers of two (Cooley and Tukey 1965), else as a convolution of the next larger
 * power of two (Bluestein 1970). Keeps its tables and scratch: one at a time per thread.
 */
export function fourier(length: number): Fourier {
  const forward = (length & (length - 1)) === 0 ? radix2(length) : bluestein(length)
  const inverse = (re: Float64Array, im: Float64Array) => {
    // Parts exchanged before and after turn a forward transform into a backward one.
    forward(im, re)
    for (let n = 0; n < length; n++) {
      re[n] = (re[n] as number) / length
      im[n] = (im[n] as number) / length
    }
  }
  return { length, forward, inverse }
}

type Transform = (re: Float64Array, im: Float64Array) => void

function radix2(length: number): Transform {
  const turn = (2 * Math.PI) / length
  const cos = Float64Array.from({ length: length / 2 }, (_, n) => Math.cos(turn * n))
  const sin = Float64Array.from({ length: length / 2 }, (_, n) => -Math.sin(turn * n))
  const reversed = bitReversed(length)
  return (re, im) => {
    for (let n = 0; n < length; n++) {
      const m = reversed[n] as number
      if (m <= n) continue
      swap(re, n, m)
      swap(im, n, m)
    }
    pairs(re, im)
    for (let half = 2; half < length; half *= 2) butterflies(re, im, half, cos, sin)
  }
}

/** The first pass: nothing is turned yet, and half of all loop starts are saved. */
function pairs(re: Float64Array, im: Float64Array): void {
  for (let at = 1; at < re.length; at += 2) {
    const x = re[at] as number
    const y = im[at] as number
    re[at] = (re[at - 1] as number) - x
    im[at] = (im[at - 1] as number) - y
    re[at - 1] = (re[at - 1] as number) + x
    im[at - 1] = (im[at - 1] as number) + y
  }
}

/** One pass that joins transforms of `half` values to transforms of twice as many. */
function butterflies(re: Float64Array, im: Float64Array, half: number, cos: Float64Array, sin: Float64Array): void {
  const stride = cos.length / half
  for (let start = 0; start < re.length; start += 2 * half) {
    for (let n = 0, at = start; n < half; n++, at++) {
      const c = cos[n * stride] as number
      const s = sin[n * stride] as number
      const x = re[at + half] as number
      const y = im[at + half] as number
      const turnedRe = x * c - y * s
      const turnedIm = x * s + y * c
      re[at + half] = (re[at] as number) - turnedRe
      im[at + half] = (im[at] as number) - turnedIm
      re[at] = (re[at] as number) + turnedRe
      im[at] = (im[at] as number) + turnedIm
    }
  }
}

function bitReversed(length: number): Uint32Array {
  const reversed = new Uint32Array(length)
  for (let n = 1; n < length; n++) {
    reversed[n] = ((reversed[n >> 1] as number) >> 1) + ((n & 1) === 1 ? length / 2 : 0)
  }
  return reversed
}

function swap(values: Float64Array, a: number, b: number): void {
  const kept = values[a] as number
  values[a] = values[b] as number
  values[b] = kept
}

function bluestein(length: number): Transform {
  const padded = 2 ** Math.ceil(Math.log2(2 * length - 1))
  const { forward, inverse } = fourier(padded)
  // n squared modulo 2 length: the angle itself would lose digits.
  const angle = (n: number) => (Math.PI * ((n * n) % (2 * length))) / length
  const cos = Float64Array.from({ length }, (_, n) => Math.cos(angle(n)))
  const sin = Float64Array.from({ length }, (_, n) => Math.sin(angle(n)))
  const chirpRe = new Float64Array(padded)
  const chirpIm = new Float64Array(padded)
  for (let n = 0; n < length; n++) {
    for (const at of [n, (padded - n) % padded]) {
      chirpRe[at] = cos[n] as number
      chirpIm[at] = sin[n] as number
    }
  }
  forward(chirpRe, chirpIm)
  const a = new Float64Array(padded)
  const b = new Float64Array(padded)
  return (re, im) => {
    a.fill(0, length)
    b.fill(0, length)
    turnBack(re, im, cos, sin, a, b)
    forward(a, b)
    for (let n = 0; n < padded; n++) {
      const [x, y, c, s] = [a[n] as number, b[n] as number, chirpRe[n] as number, chirpIm[n] as number]
      a[n] = x * c - y * s
      b[n] = x * s + y * c
    }
    inverse(a, b)
    turnBack(a, b, cos, sin, re, im)
  }
}

/** Turns each complex number back by its chirp angle. */
function turnBack(
  re: Float64Array,
  im: Float64Array,
  cos: Float64Array,
  sin: Float64Array,
  toRe: Float64Array,
  toIm: Float64Array,
): void {
  for (let n = 0; n < cos.length; n++) {
    const x = re[n] as number
    const y = im[n] as number
    toRe[n] = x * (cos[n] as number) + y * (sin[n] as number)
    toIm[n] = y * (cos[n] as number) - x * (sin[n] as number)
  }
}
