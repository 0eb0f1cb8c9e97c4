// @ts-check
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { Problem } from './problem.mjs'

/**
 * A NIfTI image as a comparison needs it: `affine` is 3 x 4, row-major, RAS mm; `at(n)` is the real value of voxel n.
 * @typedef {{ size: number[], affine: number[], at: (n: number) => number }} NiftiFile
 */

/** @type {Record<number, (view: DataView, at: number) => number>} */
const READERS = {
  2: (view, at) => view.getUint8(at),
  4: (view, at) => view.getInt16(at, true),
  8: (view, at) => view.getInt32(at, true),
  16: (view, at) => view.getFloat32(at, true),
  64: (view, at) => view.getFloat64(at, true),
  256: (view, at) => view.getInt8(at),
  512: (view, at) => view.getUint16(at, true),
}

/** Reads a little-endian, gzipped NIfTI-1 with an sform, independently of the app. @returns {NiftiFile} */
export function readNiftiFile(/** @type {string} */ file) {
  const bytes = gunzipSync(readFileSync(file))
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const read = READERS[view.getInt16(70, true)]
  if (view.getInt32(0, true) !== 348 || view.getInt16(254, true) < 1 || !read) {
    throw new Problem('evidence/nifti', `${file} is not a NIfTI of the kind compared here.`)
  }
  const [slope, intercept] = [view.getFloat32(112, true) || 1, view.getFloat32(116, true)]
  const start = view.getFloat32(108, true)
  const step = view.getInt16(72, true) / 8
  return {
    size: [42, 44, 46].map((at) => view.getInt16(at, true)),
    affine: Array.from({ length: 12 }, (_, n) => view.getFloat32(280 + 4 * n, true)),
    at: (n) => slope * read(view, start + step * n) + intercept,
  }
}

/**
 * Compares two images that may order or turn their axes differently. `placeMm` is the largest difference of an entry of the
 * affines once `truth` is brought to the axes of `ours`; `value` and `meanValue` the largest and mean difference of a voxel,
 * `range` the range of the true values. Null when no turning of axes brings one to the other.
 * @returns {{ placeMm: number, cornerMm: number, value: number, meanValue: number, range: number } | null}
 */
export function compareNifti(/** @type {NiftiFile} */ ours, /** @type {NiftiFile} */ truth) {
  const order = orderOf(ours, truth)
  if (!order) return null
  const turned = turnedAffine(ours, truth, order.axes)
  const differences = ours.affine.map((v, n) => Math.abs(v - (turned[n] ?? Number.NaN)))
  return {
    placeMm: Math.max(...differences),
    cornerMm: cornerDistance(ours, turned),
    ...compareValues(ours, truth, order.start, order.steps),
  }
}

/** The values of `truth` in the voxel order of `ours`; null when the grids do not match. @returns {Float32Array | null} */
export function valuesInOrder(/** @type {NiftiFile} */ ours, /** @type {NiftiFile} */ truth) {
  const order = orderOf(ours, truth)
  if (!order) return null
  const [nx = 0, ny = 0, nz = 0] = ours.size
  const [dx = 0, dy = 0, dz = 0] = order.steps
  const values = new Float32Array(nx * ny * nz)
  for (let k = 0, n = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, n++) values[n] = truth.at(order.start + i * dx + j * dy + k * dz)
  return values
}

/** Where voxel 0 of ours lies in `truth`, and the step there along each axis of ours; null when the sizes differ. */
function orderOf(/** @type {NiftiFile} */ ours, /** @type {NiftiFile} */ truth) {
  const axes = [0, 1, 2].map((axis) => matching(ours.affine, truth.affine, axis))
  if (new Set(axes.map((one) => one.axis)).size < 3) return null
  if (axes.some((one, axis) => truth.size[one.axis] !== ours.size[axis])) return null
  const strides = [1, truth.size[0] ?? 0, (truth.size[0] ?? 0) * (truth.size[1] ?? 0)]
  const steps = axes.map((one) => one.sign * (strides[one.axis] ?? 0))
  // Voxel 0 of ours lies at the far end of every axis that runs the other way.
  const start = axes.reduce(
    (sum, one, axis) => sum + (one.sign < 0 ? ((ours.size[axis] ?? 1) - 1) * (strides[one.axis] ?? 0) : 0),
    0,
  )
  return { axes, start, steps }
}

/** Which axis of `truth` runs along this axis of ours, and whether the same way. */
function matching(/** @type {number[]} */ ours, /** @type {number[]} */ truth, /** @type {number} */ axis) {
  const column = (/** @type {number[]} */ m, /** @type {number} */ c) => [m[c] ?? 0, m[c + 4] ?? 0, m[c + 8] ?? 0]
  const mine = column(ours, axis)
  const dots = [0, 1, 2].map(
    (c) => column(truth, c).reduce((sum, v, n) => sum + v * (mine[n] ?? 0), 0) / Math.hypot(...column(truth, c)),
  )
  const best = dots.reduce((b, v, c) => (Math.abs(v) > Math.abs(dots[b] ?? 0) ? c : b), 0)
  return { axis: best, sign: Math.sign(dots[best] ?? 1) }
}

/** The affine of `truth` in the axes of `ours`. */
function turnedAffine(
  /** @type {NiftiFile} */ ours,
  /** @type {NiftiFile} */ truth,
  /** @type {{ axis: number, sign: number }[]} */ axes,
) {
  return [0, 1, 2].flatMap((row) => {
    const at = (/** @type {number} */ c) => truth.affine[4 * row + c] ?? 0
    const columns = axes.map((one) => one.sign * at(one.axis))
    const origin = axes.reduce(
      (sum, one, axis) => sum + (one.sign < 0 ? at(one.axis) * ((ours.size[axis] ?? 1) - 1) : 0),
      at(3),
    )
    return [...columns, origin]
  })
}

/** Largest distance between the places that two affines give to a corner of the grid. */
function cornerDistance(/** @type {NiftiFile} */ { size, affine }, /** @type {number[]} */ other) {
  const corners = Array.from({ length: 8 }, (_, n) => size.map((s, axis) => ((n >> axis) & 1) * (s - 1)))
  const far = corners.map((corner) =>
    Math.hypot(
      ...[0, 1, 2].map((row) =>
        [...corner, 1].reduce((sum, v, c) => sum + v * ((affine[4 * row + c] ?? 0) - (other[4 * row + c] ?? 0)), 0),
      ),
    ),
  )
  return Math.max(...far)
}

function compareValues(
  /** @type {NiftiFile} */ ours,
  /** @type {NiftiFile} */ truth,
  /** @type {number} */ start,
  /** @type {number[]} */ steps,
) {
  const [nx = 0, ny = 0, nz = 0] = ours.size
  const [dx = 0, dy = 0, dz = 0] = steps
  let [worst, sum, low, high] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let k = 0, n = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, n++) {
        const real = truth.at(start + i * dx + j * dy + k * dz)
        const difference = Math.abs(ours.at(n) - real)
        worst = Math.max(worst, difference)
        sum += difference
        low = Math.min(low, real)
        high = Math.max(high, real)
      }
    }
  }
  return { value: worst, meanValue: sum / (nx * ny * nz), range: high - low }
}
