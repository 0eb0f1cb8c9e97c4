import { lpsToIjk } from '../core/affine.ts'
import type { Grid, Mesh, Vec3 } from '../core/types.ts'
import { vertexNormals } from './normals.ts'

/** How far along the normal is looked, in widths of the network's voxels: past the film that every border has. */
const REACHES = [0.75, 1.5]

/**
 * How sure the AI was at each vertex of a surface, 0 to 255 for 0 to 1: the lower of the two sides, each the surest of the
 * certainty (trilinear) at 0.75 and 1.5 network voxels along the normal. At the vertex itself every border is unsure, however
 * sharp; where the AI really wavered, the tissue beside the border is unsure too. `certainty` is one byte a voxel of the
 * grid. Memory: 13 bytes a vertex.
 */
export function vertexConfidence(mesh: Mesh, grid: Grid, certainty: Uint8Array, filmMm: number): Uint8Array {
  const normals = vertexNormals(mesh)
  const { positions } = mesh
  const side = (v: number, sign: number): number => {
    let best = 0
    for (const reach of REACHES) {
      const mm = sign * reach * filmMm
      const at = (axis: number) => (positions[v + axis] as number) + mm * (normals[v + axis] as number)
      best = Math.max(best, sample(grid, certainty, lpsToIjk(grid, [at(0), at(1), at(2)])))
    }
    return best
  }
  const sure = new Uint8Array(positions.length / 3)
  for (let n = 0; n < sure.length; n++) sure[n] = Math.round(Math.min(side(3 * n, 1), side(3 * n, -1)))
  return sure
}

/** Trilinear; beyond the grid as at its edge. */
function sample({ size }: Grid, certainty: Uint8Array, ijk: Vec3): number {
  const [nx, ny] = size
  const low: number[] = []
  const part: number[] = []
  ijk.forEach((value, axis) => {
    const last = (size[axis] as number) - 1
    const inside = Math.min(last, Math.max(0, value))
    const floor = Math.min(Math.floor(inside), Math.max(0, last - 1))
    low.push(floor)
    part.push(last === 0 ? 0 : inside - floor)
  })
  const [i, j, k] = low as [number, number, number]
  const [u, v, w] = part as [number, number, number]
  const value = (di: number, dj: number, dk: number) => {
    const share = (di ? u : 1 - u) * (dj ? v : 1 - v) * (dk ? w : 1 - w)
    return share === 0 ? 0 : share * (certainty[i + di + nx * (j + dj + ny * (k + dk))] as number)
  }
  let sum = 0
  for (let corner = 0; corner < 8; corner++) sum += value(corner & 1, (corner >> 1) & 1, corner >> 2)
  return sum
}
