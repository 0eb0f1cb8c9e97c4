// @ts-check

/** Two masks as bytes, x fastest, on one grid. @typedef {{ size: number[], spacingMm: number[] }} MaskGrid */
/** @typedef {{ dice: number, precision: number, recall: number, meanMm: number, p95Mm: number }} Agreement */

/**
 * How far two masks agree: Dice, the share of `ours` that is right, the share of `truth` that was found, and the distance between
 * the surfaces (boundary voxels, both ways together) in mm. Written apart from the app's own kernels, so that they cannot be wrong
 * together. Null when either is empty.
 * @returns {Agreement | null}
 */
export function agreement(
  /** @type {Uint8Array} */ ours,
  /** @type {Uint8Array} */ truth,
  /** @type {MaskGrid} */ grid,
) {
  let [both, inOurs, inTruth] = [0, 0, 0]
  for (let n = 0; n < ours.length; n++) {
    inOurs += ours[n] ?? 0
    inTruth += truth[n] ?? 0
    both += (ours[n] ?? 0) & (truth[n] ?? 0)
  }
  if (inOurs === 0 || inTruth === 0) return null
  const [a, b] = [boundary(ours, grid), boundary(truth, grid)]
  const [toA, toB] = [distanceTo(a, grid), distanceTo(b, grid)]
  const gaps = Float64Array.from([...a].map((n) => toB[n] ?? 0).concat([...b].map((n) => toA[n] ?? 0))).sort()
  return {
    dice: (2 * both) / (inOurs + inTruth),
    precision: both / inOurs,
    recall: both / inTruth,
    meanMm: gaps.reduce((sum, mm) => sum + mm, 0) / gaps.length,
    p95Mm: gaps[Math.floor(0.95 * (gaps.length - 1))] ?? 0,
  }
}

/** Set voxels with a clear neighbour over a face; the border of the grid is none. @returns {Uint32Array} */
function boundary(/** @type {Uint8Array} */ mask, /** @type {MaskGrid} */ { size }) {
  const [nx = 0, ny = 0, nz = 0] = size
  /** @type {number[]} */
  const found = []
  for (let k = 0, n = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, n++) {
        if (mask[n] === 0) continue
        const open =
          (i > 0 && mask[n - 1] === 0) ||
          (i < nx - 1 && mask[n + 1] === 0) ||
          (j > 0 && mask[n - nx] === 0) ||
          (j < ny - 1 && mask[n + nx] === 0) ||
          (k > 0 && mask[n - nx * ny] === 0) ||
          (k < nz - 1 && mask[n + nx * ny] === 0)
        if (open) found.push(n)
      }
  return Uint32Array.from(found)
}

/** Exact distance (mm) of every voxel to the nearest of these, axis by axis (Felzenszwalb and Huttenlocher 2012). */
function distanceTo(/** @type {Uint32Array} */ sites, /** @type {MaskGrid} */ { size, spacingMm }) {
  const [nx = 0, ny = 0, nz = 0] = size
  const square = new Float32Array(nx * ny * nz).fill(1e12)
  for (const n of sites) square[n] = 0
  const strides = [1, nx, nx * ny]
  for (const axis of [0, 1, 2]) {
    const count = size[axis] ?? 0
    const stride = strides[axis] ?? 0
    for (let n = 0; n < square.length; n++) {
      // First voxel of each line along the axis.
      if (Math.floor(n / stride) % count === 0) lowerEnvelope(square, n, stride, count, spacingMm[axis] ?? 1)
    }
  }
  return square.map(Math.sqrt)
}

/** Replaces a line f by min over q of f(q) + (mm * (p - q))^2. */
function lowerEnvelope(
  /** @type {Float32Array} */ values,
  /** @type {number} */ from,
  /** @type {number} */ stride,
  /** @type {number} */ count,
  /** @type {number} */ mm,
) {
  const f = Float64Array.from({ length: count }, (_, p) => values[from + p * stride] ?? 0)
  const vertex = new Int32Array(count)
  const start = new Float64Array(count + 1)
  let k = 0
  start[0] = Number.NEGATIVE_INFINITY
  start[1] = Number.POSITIVE_INFINITY
  const meets = (/** @type {number} */ q, /** @type {number} */ v) =>
    ((f[q] ?? 0) - (f[v] ?? 0) + mm * mm * (q * q - v * v)) / (2 * mm * mm * (q - v))
  for (let q = 1; q < count; q++) {
    let at = meets(q, vertex[k] ?? 0)
    while (k > 0 && at <= (start[k] ?? 0)) at = meets(q, vertex[--k] ?? 0)
    vertex[++k] = q
    start[k] = at
    start[k + 1] = Number.POSITIVE_INFINITY
  }
  k = 0
  for (let p = 0; p < count; p++) {
    while ((start[k + 1] ?? 0) < p) k++
    const q = vertex[k] ?? 0
    values[from + p * stride] = (f[q] ?? 0) + (mm * (p - q)) ** 2
  }
}
