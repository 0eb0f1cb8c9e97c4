import { forestOf } from '../core/forest.ts'
/** Values measured on a surface: sample i lies in triangle `triangle[i]` and stands for `areaMm2[i]` of it. */
export interface Samples {
  readonly value: readonly number[]
  readonly triangle: readonly number[]
  readonly areaMm2: readonly number[]
}

/**
 * Per vertex the smallest value v for which at least `atLeastMm2` of connected surface around it measures v or less: low spots
 * smaller than that are filled to the level at which they are large enough ("Grayscale area openings and closings", L. Vincent,
 * 1993). `cap` where that is nowhere; samples at the cap need not be given. Triangles with a common vertex are connected.
 * Values are told apart to 1e-6. Memory: 20 bytes a sample and 17 a vertex.
 */
export function closeByArea(
  indices: Uint32Array,
  vertices: number,
  samples: Samples,
  atLeastMm2: number,
  cap: number,
): Float32Array {
  const closed = new Float32Array(vertices).fill(cap)
  // Parts of the surface that grow and join as the level rises: a forest over the vertices.
  const { parent, root } = forestOf(vertices)
  const area = new Float64Array(vertices)
  // The vertices of a part that is still too small, as a ring: swapping one link of each joins two rings.
  const next = parent.slice()
  const isGiven = new Uint8Array(vertices)
  const give = (from: number, value: number) => {
    let v = from
    do {
      closed[v] = value
      isGiven[v] = 1
      v = next[v] as number
    } while (v !== from)
  }
  const join = (a: number, b: number, value: number) => {
    const low = Math.min(a, b)
    const high = Math.max(a, b)
    if (low === high) return low
    if (isGiven[low] !== isGiven[high]) give(isGiven[low] === 1 ? high : low, value)
    const link = next[low] as number
    next[low] = next[high] as number
    next[high] = link
    parent[high] = low
    area[low] = (area[low] as number) + (area[high] as number)
    return low
  }
  for (const i of inOrder(samples.value)) {
    const value = samples.value[i] as number
    const t = 3 * (samples.triangle[i] as number)
    let part = root(indices[t] as number)
    part = join(part, root(indices[t + 1] as number), value)
    part = join(part, root(indices[t + 2] as number), value)
    area[part] = (area[part] as number) + (samples.areaMm2[i] as number)
    if (isGiven[part] === 0 && (area[part] as number) >= atLeastMm2) give(part, value)
  }
  return closed
}

const STEPS = 1e6

/** Indices by rising value, equal values by rising index. One sort of plain numbers: comparing by a function is slow. */
function inOrder(value: readonly number[]): Uint32Array {
  const count = value.length
  const keys = new Float64Array(count)
  for (let i = 0; i < count; i++) keys[i] = Math.round((value[i] as number) * STEPS) * count + i
  return Uint32Array.from(keys.sort(), (key) => key % count)
}
