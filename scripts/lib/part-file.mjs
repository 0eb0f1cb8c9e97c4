// @ts-check

// A second pair of eyes on released files: shares no code with the app's own writers, readers and checks.

/** @typedef {{ points: Float32Array, corners: Uint32Array }} Part corners name points, three a triangle */
/** @typedef {{ triangles: number, openEdges: number, doubledEdges: number, volumeMm3: number }} Judgement */

/** Triangles of a binary STL, corners at the very same place joined. */
export function readStlFile(/** @type {Uint8Array} */ bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const triangles = view.getUint32(80, true)
  if (bytes.length !== 84 + 50 * triangles) throw new Error('the STL has another length than its count says')
  const corners = new Uint32Array(3 * triangles)
  /** @type {Map<string, number>} */
  const numbers = new Map()
  /** @type {number[]} */
  const points = []
  for (let n = 0; n < corners.length; n++) {
    const at = 84 + 50 * Math.floor(n / 3) + 12 + 12 * (n % 3)
    const point = [0, 4, 8].map((offset) => view.getFloat32(at + offset, true))
    const key = point.join(' ')
    const known = numbers.get(key)
    corners[n] = known ?? numbers.size
    if (known !== undefined) continue
    numbers.set(key, numbers.size)
    points.push(...point)
  }
  return { points: Float32Array.from(points), corners }
}

/** The mesh of a 3MF, from the text of its model part. */
export function readThreeMfText(/** @type {string} */ xml) {
  if (!/<model\b[^>]*\bunit="millimeter"/.test(xml)) throw new Error('the 3MF does not say millimeter')
  const numbersOf = (/** @type {RegExp} */ pattern) => {
    /** @type {number[]} */
    const all = []
    for (const [, a, b, c] of xml.matchAll(pattern)) all.push(Number(a), Number(b), Number(c))
    return all
  }
  return {
    points: Float32Array.from(numbersOf(/<vertex x="([^"]+)" y="([^"]+)" z="([^"]+)"/g)),
    corners: Uint32Array.from(numbersOf(/<triangle v1="(\d+)" v2="(\d+)" v3="(\d+)"/g)),
  }
}

/**
 * Counts directed edges whose opposite is missing (open) or that come twice (doubled), and measures the volume.
 * @param {Part} part
 * @returns {Judgement}
 */
export function judgePart({ points, corners }) {
  const count = points.length / 3
  const forward = new Float64Array(corners.length)
  const backward = new Float64Array(corners.length)
  for (let n = 0; n < corners.length; n++) {
    const from = /** @type {number} */ (corners[n])
    const to = /** @type {number} */ (corners[n % 3 === 2 ? n - 2 : n + 1])
    forward[n] = from * count + to
    backward[n] = to * count + from
  }
  forward.sort()
  backward.sort()
  let doubledEdges = 0
  for (let n = 1; n < forward.length; n++) if (forward[n] === forward[n - 1]) doubledEdges++
  return {
    triangles: corners.length / 3,
    openEdges: unmatched(forward, backward),
    doubledEdges,
    volumeMm3: volumeOf(points, corners),
  }
}

/** Entries of one sorted list that the other lacks. */
function unmatched(/** @type {Float64Array} */ a, /** @type {Float64Array} */ b) {
  let missing = 0
  let m = 0
  for (const value of a) {
    while (m < b.length && /** @type {number} */ (b[m]) < value) m++
    if (b[m] === value) m++
    else missing++
  }
  return missing
}

function volumeOf(/** @type {Float32Array} */ points, /** @type {Uint32Array} */ corners) {
  const origin = [points[0] ?? 0, points[1] ?? 0, points[2] ?? 0]
  const at = (/** @type {number} */ corner, /** @type {number} */ axis) =>
    (points[3 * (corners[corner] ?? 0) + axis] ?? 0) - (origin[axis] ?? 0)
  let six = 0
  for (let n = 0; n < corners.length; n += 3) {
    const [ax, ay, az] = [at(n, 0), at(n, 1), at(n, 2)]
    const [bx, by, bz] = [at(n + 1, 0), at(n + 1, 1), at(n + 1, 2)]
    const [cx, cy, cz] = [at(n + 2, 0), at(n + 2, 1), at(n + 2, 2)]
    six += ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx)
  }
  return six / 6
}
