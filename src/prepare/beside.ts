import type { Mesh } from '../core/types.ts'
import { squaredToTriangle } from './triangle-distance.ts'

/** Triangles around each vertex of a surface. */
export interface Around {
  readonly start: Uint32Array
  readonly member: Uint32Array
}

/** `corners` names a vertex three times a triangle; negative ones are filed nowhere. */
export function trianglesAround(corners: Uint32Array | Int32Array, vertices: number): Around {
  const start = new Uint32Array(vertices + 1)
  for (let i = 0; i < corners.length; i++) {
    const v = corners[i] as number
    if (v >= 0) start[v + 1] = (start[v + 1] as number) + 1
  }
  for (let v = 0; v < vertices; v++) start[v + 1] = (start[v + 1] as number) + (start[v] as number)
  const fill = start.slice()
  const member = new Uint32Array(start[vertices] as number)
  for (let i = 0; i < corners.length; i++) {
    const v = corners[i] as number
    if (v < 0) continue
    const at = fill[v] as number
    member[at] = Math.floor(i / 3)
    fill[v] = at + 1
  }
  return { start, member }
}

/** Looking farther than this costs more than asking a tree. */
const MAX_VERTICES = 64

/** Finds a triangle of a surface beside a point by walking over the mesh from vertices near to it; negative seeds are none. */
export interface Beside {
  /** Squared distance to the first triangle within `enoughMm` or else to the nearest one looked at; infinite for none. */
  look(seeds: ArrayLike<number>, x: number, y: number, z: number, enoughMm: number): number
  /** The triangle of the last answer, -1 for none. */
  readonly seen: { triangle: number }
}

/**
 * Walks over `mesh`, looks at triangles of `surface` that `around` files under its vertices. The answer is an upper bound of
 * the distance, never less: most points of a simplified surface have it beside them, at a tenth of the price of a tree.
 */
export function beside(mesh: Mesh, meshAround: Around, surface: Mesh, around: Around): Beside {
  const queue = new Uint32Array(MAX_VERTICES)
  const visited = new Uint32Array(mesh.positions.length / 3)
  const looked = new Uint32Array(surface.indices.length / 3)
  const seen = { triangle: -1 }
  let stamp = 0
  let waiting = 0
  const visit = (v: number) => {
    if (v < 0 || visited[v] === stamp || waiting === MAX_VERTICES) return
    visited[v] = stamp
    queue[waiting++] = v
  }
  return {
    seen,
    look(seeds, x, y, z, enoughMm) {
      const enough = enoughMm * enoughMm
      let best = Number.POSITIVE_INFINITY
      stamp++
      waiting = 0
      seen.triangle = -1
      for (let i = 0; i < seeds.length; i++) visit(seeds[i] as number)
      for (let next = 0; next < waiting; next++) {
        const v = queue[next] as number
        for (let i = around.start[v] as number; i < (around.start[v + 1] as number); i++) {
          const t = around.member[i] as number
          if (looked[t] === stamp) continue
          looked[t] = stamp
          const [a, b, c] = [
            surface.indices[3 * t] as number,
            surface.indices[3 * t + 1] as number,
            surface.indices[3 * t + 2] as number,
          ]
          const squared = squaredToTriangle(surface.positions, 3 * a, 3 * b, 3 * c, x, y, z)
          if (squared >= best) continue
          best = squared
          seen.triangle = t
          if (best <= enough) return best
        }
        for (let i = meshAround.start[v] as number; i < (meshAround.start[v + 1] as number); i++) {
          const corner = 3 * (meshAround.member[i] as number)
          for (let k = 0; k < 3; k++) visit(mesh.indices[corner + k] as number)
        }
      }
      return best
    },
  }
}
