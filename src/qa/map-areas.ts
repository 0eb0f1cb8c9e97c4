import { triangleAreaMm2 } from '../core/triangle.ts'
import type { Mesh } from '../core/types.ts'

/** How much surface has which value: mm2 in bins of equal width. */
export interface MapAreas {
  readonly mm2: Float64Array
  readonly from: number
  readonly to: number
  /** Area beyond either end, which is in no bin. */
  readonly below: number
  readonly above: number
}

/** Area of every triangle, mm2. */
export function triangleAreas({ positions: p, indices }: Mesh): Float64Array {
  const areas = new Float64Array(indices.length / 3)
  const scratch = new Float64Array(3)
  for (let t = 0; t < areas.length; t++) {
    const [a, b, c] = [0, 1, 2].map((k) => 3 * (indices[3 * t + k] as number)) as [number, number, number]
    areas[t] = triangleAreaMm2(p, a, b, c, scratch)
  }
  return areas
}

/** Histogram of a map of one value a vertex by area: a third of each triangle counts for each of its corners. NaN is above. */
export function mapAreas(mesh: Mesh, perVertex: Float32Array, from: number, to: number, bins: number): MapAreas {
  const mm2 = new Float64Array(bins)
  let [below, above] = [0, 0]
  triangleAreas(mesh).forEach((area, t) => {
    for (let k = 0; k < 3; k++) {
      const value = perVertex[mesh.indices[3 * t + k] as number] as number
      if (value < from) below += area / 3
      else if (value <= to) {
        const bin = Math.min(bins - 1, Math.floor(((value - from) / (to - from)) * bins))
        mm2[bin] = (mm2[bin] as number) + area / 3
      } else above += area / 3
    }
  })
  return { mm2, from, to, below, above }
}

export interface Printed {
  /** The part without what is thinner than the process holds. */
  readonly mesh: Mesh
  /** Area that is gone. */
  readonly goneMm2: number
}

/** A part as a nozzle or laser would leave it: triangles with all corners thinner than the hard minimum are dropped. */
export function withoutThin(mesh: Mesh, thicknessMm: Float32Array, hardMm: number): Printed {
  const areas = triangleAreas(mesh)
  const isThin = (v: number) => (thicknessMm[v] as number) < hardMm
  let goneMm2 = 0
  const kept = new Uint32Array(mesh.indices.length)
  let n = 0
  for (let i = 0; i < mesh.indices.length; i += 3) {
    const corners = mesh.indices.subarray(i, i + 3)
    if (corners.every(isThin)) goneMm2 += areas[i / 3] as number
    else {
      kept.set(corners, n)
      n += 3
    }
  }
  return { mesh: { positions: mesh.positions, indices: kept.slice(0, n) }, goneMm2 }
}
