// @ts-check
import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** What a tissue of the head maps would measure. Cortical and cancellous bone, skin, fat of the orbit; all else is soft tissue. */
const HU = new Map([
  [0, -1000],
  [502, -90],
  [511, 20],
  [515, 1100],
  [516, 350],
])
const SOFT_HU = 40
const NOISE_HU = 20
const HEADER = 352

/** Made by a linear congruential generator: the same scan every time. */
function noise(/** @type {number} */ seed) {
  let state = seed >>> 0
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  // A sum of four has the shape that matters here; its deviation is 1 / sqrt(3).
  return () => (uniform() + uniform() + uniform() + uniform() - 2) * Math.sqrt(3)
}

/** Blurs by (1/4, 1/2, 1/4) along each axis: about 0.7 voxels, as a soft kernel does. */
function blur(/** @type {Float32Array} */ values, /** @type {number[]} */ size) {
  const [nx = 1, ny = 1] = size
  let from = values
  for (const step of [1, nx, nx * ny]) {
    const to = from.slice()
    for (let n = step; n < from.length - step; n++)
      to[n] = 0.25 * (from[n - step] ?? 0) + 0.5 * (from[n] ?? 0) + 0.25 * (from[n + step] ?? 0)
    from = to
  }
  return from
}

/**
 * Writes a CT made of a label map (NIfTI, bytes or int16 or int32, gzipped): a value for each tissue, blurred, with noise.
 * @returns {{ size: number[], labels: Int32Array }}
 */
export function makeCt(/** @type {string} */ labelFile, /** @type {string} */ out, /** @type {number} */ seed) {
  const bytes = gunzipSync(readFileSync(labelFile))
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const size = [42, 44, 46].map((at) => view.getInt16(at, true))
  const count = size.reduce((product, n) => product * n, 1)
  const start = view.getFloat32(108, true)
  const width = view.getInt16(72, true) / 8
  const read = (/** @type {number} */ n) =>
    width === 1
      ? view.getUint8(start + n)
      : width === 2
        ? view.getInt16(start + 2 * n, true)
        : view.getInt16(70, true) === 16
          ? view.getFloat32(start + 4 * n, true)
          : view.getInt32(start + 4 * n, true)
  const labels = Int32Array.from({ length: count }, (_, n) => read(n))
  const clean = Float32Array.from(labels, (label) => HU.get(label) ?? SOFT_HU)
  const draw = noise(seed)
  const values = Int16Array.from(blur(clean, size), (hu) => Math.max(-1024, Math.round(hu + NOISE_HU * draw())))
  const header = Buffer.from(bytes.subarray(0, HEADER))
  header.writeInt16LE(4, 70)
  header.writeInt16LE(16, 72)
  header.writeFloatLE(HEADER, 108)
  header.writeFloatLE(1, 112)
  header.writeFloatLE(0, 116)
  header.writeInt32LE(0, 348)
  writeFileSync(out, Buffer.concat([header, new Uint8Array(values.buffer)]))
  return { size, labels }
}

/**
 * Cavities of a head: empty voxels from which at least five of the six ways along the axes meet the head (the neck is cut off, so
 * the way down may be free), the largest piece joined by faces.
 * @returns {Uint8Array}
 */
export function cavityOf(/** @type {Int32Array} */ labels, /** @type {number[]} */ size) {
  const met = new Uint8Array(labels.length)
  const strides = [1, size[0] ?? 1, (size[0] ?? 1) * (size[1] ?? 1)]
  for (const [axis, stride] of strides.entries()) {
    const count = size[axis] ?? 1
    for (let n = 0; n < labels.length; n++) {
      if (Math.floor(n / stride) % count === 0) lookAlong(labels, met, n, stride, count)
    }
  }
  return largestPiece(
    Uint8Array.from(labels, (label, n) => (label === 0 && (met[n] ?? 0) >= 5 ? 1 : 0)),
    strides,
  )
}

function lookAlong(
  /** @type {Int32Array} */ labels,
  /** @type {Uint8Array} */ met,
  /** @type {number} */ from,
  /** @type {number} */ stride,
  /** @type {number} */ count,
) {
  for (const [first, step] of /** @type {const} */ ([
    [0, 1],
    [count - 1, -1],
  ])) {
    let seen = 0
    for (let p = 0, at = from + first * stride; p < count; p++, at += step * stride) {
      if (labels[at] !== 0) seen = 1
      else met[at] = (met[at] ?? 0) + seen
    }
  }
}

/** A head keeps clear of the border of its map but for the neck, so wrapping round a row cannot join two pieces of it. */
function largestPiece(/** @type {Uint8Array} */ mask, /** @type {number[]} */ strides) {
  const piece = new Int32Array(mask.length)
  let [best, most, found] = [0, 0, 0]
  for (let n = 0; n < mask.length; n++) {
    if (mask[n] === 0 || piece[n] !== 0) continue
    found++
    const waiting = [n]
    piece[n] = found
    let voxels = 0
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      voxels++
      for (const stride of strides)
        for (const next of [at - stride, at + stride]) {
          if (mask[next] !== 1 || piece[next] !== 0) continue
          piece[next] = found
          waiting.push(next)
        }
    }
    if (voxels > most) [best, most] = [found, voxels]
  }
  return Uint8Array.from(piece, (number) => (number === best && best > 0 ? 1 : 0))
}
