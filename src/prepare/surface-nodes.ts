import type { Mesh } from '../core/types.ts'

/** A box tree over the triangles of a mesh, depth first: the left child of an inner node is the next node. */
export interface SurfaceNodes {
  /** min xyz, max xyz a node; exact, since corners are float32. */
  readonly bounds: Float32Array
  /** First place in `order` of a leaf, or the right child of an inner node; the left child is the next node. */
  readonly link: Uint32Array
  /** Triangles of a leaf; 0 for an inner node. */
  readonly leaf: Uint8Array
  /** Triangles in leaf order. */
  readonly order: Uint32Array
  /** xyz of the three corners of each triangle, in leaf order. */
  readonly corners: Float32Array
}

const LEAF = 4
/** Below this depth every node is halved at its median, so that no tree is deeper than 64: what a walk's memory is made for. */
const MIDDLE_DEPTH = 32

/** Memory: about 60 bytes a triangle. No triangles make one empty leaf. */
export function surfaceNodes(mesh: Mesh): SurfaceNodes {
  const nodes = buildNodes(mesh)
  const corners = new Float32Array(mesh.indices.length * 3)
  nodes.order.forEach((t, at) => {
    for (let k = 0; k < 3; k++) {
      const p = 3 * (mesh.indices[3 * t + k] as number)
      corners[9 * at + 3 * k] = mesh.positions[p] as number
      corners[9 * at + 3 * k + 1] = mesh.positions[p + 1] as number
      corners[9 * at + 3 * k + 2] = mesh.positions[p + 2] as number
    }
  })
  return { ...nodes, corners }
}

/** Splits at the middle of the centres along their longest extent, at the median where that leaves one side empty. */
function buildNodes({ positions, indices }: Mesh): Omit<SurfaceNodes, 'corners'> {
  const n = indices.length / 3
  const centres = new Float32Array(3 * n)
  const order = new Uint32Array(n)
  for (let t = 0; t < n; t++) {
    order[t] = t
    const a = 3 * (indices[3 * t] as number)
    const b = 3 * (indices[3 * t + 1] as number)
    const c = 3 * (indices[3 * t + 2] as number)
    for (let axis = 0; axis < 3; axis++) {
      const sum = (positions[a + axis] as number) + (positions[b + axis] as number) + (positions[c + axis] as number)
      centres[3 * t + axis] = sum / 3
    }
  }
  const bounds = new Float32Array(6 * Math.max(1, 2 * n))
  const link = new Uint32Array(Math.max(1, 2 * n))
  const leaf = new Uint8Array(link.length)
  const box = new Float32Array(6)
  let count = 0
  // Depth first, left before right, so that a left child follows its parent. Jobs of four: from, to, the parent + 1 whose
  // right child this is (0 for left children), depth. Numbers on one stack: tuples took twice the time.
  const todo: number[] = [0, n, 0, 0]
  while (todo.length > 0) {
    const depth = todo.pop() as number
    const parent = todo.pop() as number
    const to = todo.pop() as number
    const from = todo.pop() as number
    const node = count++
    if (parent > 0) link[parent - 1] = node
    if (to - from <= LEAF) {
      boundsOf(positions, indices, order, from, to, bounds, 6 * node)
      link[node] = from
      leaf[node] = to - from
      continue
    }
    const middle = split(centres, order, from, to, box, depth < MIDDLE_DEPTH)
    todo.push(middle, to, node + 1, depth + 1, from, middle, 0, depth + 1)
  }
  // Children come after their parent, so backwards every box is ready when its parent asks for it.
  for (let node = count - 1; node >= 0; node--) {
    if (leaf[node] === 0 && n > 0) unite(bounds, 6 * node, 6 * (node + 1), 6 * (link[node] as number))
  }
  return { bounds: bounds.slice(0, 6 * count), link: link.slice(0, count), leaf: leaf.slice(0, count), order }
}

/** First place of the right half. */
function split(
  c: Float32Array,
  order: Uint32Array,
  from: number,
  to: number,
  box: Float32Array,
  inMiddle: boolean,
): number {
  boundsOfCentres(c, order, from, to, box)
  const axis = longestAxis(box)
  if (inMiddle) {
    const middle = partition(c, order, from, to, axis, ((box[axis] as number) + (box[axis + 3] as number)) / 2)
    if (middle > from && middle < to) return middle
  }
  const at = (t: number) => c[3 * t + axis] as number
  order.subarray(from, to).sort((p, q) => at(p) - at(q) || p - q)
  return (from + to) >> 1
}

function longestAxis(box: Float32Array): number {
  const x = (box[3] as number) - (box[0] as number)
  const y = (box[4] as number) - (box[1] as number)
  const z = (box[5] as number) - (box[2] as number)
  if (x >= y && x >= z) return 0
  return y >= z ? 1 : 2
}

function partition(c: Float32Array, order: Uint32Array, from: number, to: number, axis: number, at: number): number {
  let i = from
  let j = to - 1
  for (;;) {
    while (i <= j && (c[3 * (order[i] as number) + axis] as number) < at) i++
    while (i <= j && !((c[3 * (order[j] as number) + axis] as number) < at)) j--
    if (i >= j) return i
    const swap = order[i] as number
    order[i] = order[j] as number
    order[j] = swap
  }
}

function unite(b: Float32Array, at: number, left: number, right: number): void {
  for (let k = 0; k < 3; k++) {
    b[at + k] = Math.min(b[left + k] as number, b[right + k] as number)
    b[at + 3 + k] = Math.max(b[left + 3 + k] as number, b[right + 3 + k] as number)
  }
}

function boundsOf(
  p: Float32Array,
  indices: Uint32Array,
  order: Uint32Array,
  from: number,
  to: number,
  out: Float32Array,
  at: number,
): void {
  out.fill(Number.POSITIVE_INFINITY, at, at + 3)
  out.fill(Number.NEGATIVE_INFINITY, at + 3, at + 6)
  for (let i = from; i < to; i++) {
    const t = 3 * (order[i] as number)
    for (let k = 0; k < 3; k++) widen(out, at, p, 3 * (indices[t + k] as number))
  }
}

function boundsOfCentres(c: Float32Array, order: Uint32Array, from: number, to: number, out: Float32Array): void {
  out.fill(Number.POSITIVE_INFINITY, 0, 3)
  out.fill(Number.NEGATIVE_INFINITY, 3, 6)
  for (let i = from; i < to; i++) widen(out, 0, c, 3 * (order[i] as number))
}

function widen(out: Float32Array, at: number, p: Float32Array, point: number): void {
  for (let axis = 0; axis < 3; axis++) {
    const v = p[point + axis] as number
    if (v < (out[at + axis] as number)) out[at + axis] = v
    if (v > (out[at + axis + 3] as number)) out[at + axis + 3] = v
  }
}
