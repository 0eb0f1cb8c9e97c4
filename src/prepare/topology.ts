/** Half-edge h = 3 * triangle + k runs from indices[h] to the next corner of its triangle. */
export function nextHalfEdge(h: number): number {
  return h % 3 === 2 ? h - 2 : h + 1
}

export function previousHalfEdge(h: number): number {
  return h % 3 === 0 ? h + 2 : h - 1
}

/** Half-edges sorted by undirected edge: edge e owns order[start[e]] to order[start[e + 1] - 1], ascending. */
export interface EdgeGroups {
  readonly order: Uint32Array
  readonly start: Uint32Array
  readonly count: number
}

/**
 * For each vertex the lowest vertex at bitwise the same place (minus zero counts as zero): what a reader of an STL sees.
 * Memory: 8 to 16 bytes a vertex.
 */
export function weldVertices(positions: Float32Array): Uint32Array {
  const clean = positions.slice()
  for (let i = 0; i < clean.length; i++) if (clean[i] === 0) clean[i] = 0
  const bits = new Uint32Array(clean.buffer)
  const vertices = positions.length / 3
  let slots = 16
  while (slots < vertices * 2) slots *= 2
  const table = new Int32Array(slots).fill(-1)
  const weld = new Uint32Array(vertices)
  for (let v = 0; v < vertices; v++) {
    const x = bits[3 * v] as number
    const y = bits[3 * v + 1] as number
    const z = bits[3 * v + 2] as number
    let hash = Math.imul(x ^ Math.imul(y, 0x9e3779b1) ^ Math.imul(z, 0x85ebca77), 0xc2b2ae3d)
    hash ^= hash >>> 15
    let slot = hash & (slots - 1)
    for (;;) {
      const other = table[slot] as number
      if (other < 0) {
        table[slot] = v
        weld[v] = v
        break
      }
      if (bits[3 * other] === x && bits[3 * other + 1] === y && bits[3 * other + 2] === z) {
        weld[v] = other
        break
      }
      slot = (slot + 1) & (slots - 1)
    }
  }
  return weld
}

/** Triangles with welded corners, without those that have two corners in one place; and how many those were. */
export function weldTriangles(indices: Uint32Array, weld: Uint32Array): { indices: Uint32Array; collapsed: number } {
  const out = new Uint32Array(indices.length)
  let n = 0
  for (let t = 0; t < indices.length; t += 3) {
    const a = weld[indices[t] as number] as number
    const b = weld[indices[t + 1] as number] as number
    const c = weld[indices[t + 2] as number] as number
    if (a === b || b === c || c === a) continue
    out[n] = a
    out[n + 1] = b
    out[n + 2] = c
    n += 3
  }
  return { indices: out.slice(0, n), collapsed: (indices.length - n) / 3 }
}

/** Groups half-edges by undirected edge with a counting sort; no triangle may have two equal corners. */
export function groupEdges(indices: Uint32Array, vertexCount: number): EdgeGroups {
  const n = indices.length
  const bucket = new Uint32Array(vertexCount + 1)
  const high = new Uint32Array(n)
  for (let h = 0; h < n; h++) {
    const a = indices[h] as number
    const b = indices[nextHalfEdge(h)] as number
    high[h] = Math.max(a, b)
    bucket[Math.min(a, b) + 1] = (bucket[Math.min(a, b) + 1] as number) + 1
  }
  for (let v = 0; v < vertexCount; v++) bucket[v + 1] = (bucket[v + 1] as number) + (bucket[v] as number)
  const order = new Uint32Array(n)
  const fill = bucket.slice()
  for (let h = 0; h < n; h++) {
    const a = indices[h] as number
    const b = indices[nextHalfEdge(h)] as number
    const low = Math.min(a, b)
    const at = fill[low] as number
    order[at] = h
    fill[low] = at + 1
  }
  const start = new Uint32Array(n + 1)
  let count = 0
  for (let v = 0; v < vertexCount; v++) {
    const from = bucket[v] as number
    const to = bucket[v + 1] as number
    sortByHigh(order, high, from, to)
    for (let i = from; i < to; i++) {
      if (i === from || high[order[i] as number] !== high[order[i - 1] as number]) start[count++] = i
    }
  }
  start[count] = n
  return { order, start: start.slice(0, count + 1), count }
}

/** Stable, so that half-edges of one edge stay in ascending order. */
function sortByHigh(order: Uint32Array, high: Uint32Array, from: number, to: number): void {
  if (to - from > 64) {
    // A vertex with a huge fan would make insertion quadratic.
    order.subarray(from, to).sort((p, q) => (high[p] as number) - (high[q] as number) || p - q)
    return
  }
  for (let i = from + 1; i < to; i++) {
    const h = order[i] as number
    const key = high[h] as number
    let j = i - 1
    while (j >= from && (high[order[j] as number] as number) > key) {
      order[j + 1] = order[j] as number
      j--
    }
    order[j + 1] = h
  }
}

/** Faults of an indexed surface. Half-edges stand for their edge; lists are complete and in ascending edge order. */
export interface EdgeFaults {
  /** Edges of one triangle: the surface is open there. */
  readonly boundary: number[]
  /** Edges of three or more triangles. */
  readonly crowded: number[]
  /** Edges whose two triangles run along them in the same direction. */
  readonly inconsistent: number[]
}

export function edgeFaults(indices: Uint32Array, groups: EdgeGroups): EdgeFaults {
  const faults: EdgeFaults = { boundary: [], crowded: [], inconsistent: [] }
  const { order, start } = groups
  for (let e = 0; e < groups.count; e++) {
    const at = start[e] as number
    const h = order[at] as number
    const size = (start[e + 1] as number) - at
    if (size === 2) {
      if (indices[h] === indices[order[at + 1] as number]) faults.inconsistent.push(h)
    } else if (size === 1) faults.boundary.push(h)
    else faults.crowded.push(h)
  }
  return faults
}

/** The other half-edge of each edge, or -1 where an edge has not exactly two triangles. */
export function twins(groups: EdgeGroups): Int32Array {
  const { order, start } = groups
  const twin = new Int32Array(order.length).fill(-1)
  for (let e = 0; e < groups.count; e++) {
    const at = start[e] as number
    if ((start[e + 1] as number) - at !== 2) continue
    twin[order[at] as number] = order[at + 1] as number
    twin[order[at + 1] as number] = order[at] as number
  }
  return twin
}

/**
 * Which closed fan of triangles each corner belongs to, numbered from 0 in corner order; `vertexOf` gives the vertex of a
 * fan. More fans than vertices means that some vertex is a pinch point. Every half-edge must have a twin the other way.
 */
export function cornerFans(indices: Uint32Array, twin: Int32Array): { fanOf: Uint32Array; vertexOf: Uint32Array } {
  const fanOf = new Uint32Array(indices.length).fill(0xffffffff)
  const vertexOf = new Uint32Array(indices.length)
  let fans = 0
  for (let corner = 0; corner < indices.length; corner++) {
    if (fanOf[corner] !== 0xffffffff) continue
    vertexOf[fans] = indices[corner] as number
    let c = corner
    while (fanOf[c] === 0xffffffff) {
      fanOf[c] = fans
      c = twin[previousHalfEdge(c)] as number
    }
    fans++
  }
  return { fanOf, vertexOf: vertexOf.slice(0, fans) }
}
