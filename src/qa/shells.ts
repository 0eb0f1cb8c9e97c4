import { DoubleSide, Ray, Vector3 } from 'three'
import { sixVolume } from '../core/mesh.ts'
import type { Vec3 } from '../core/types.ts'
import type { RayTree } from './ray-tree.ts'
import type { Topology } from './topology.ts'

/** One connected surface. */
export interface Shell {
  readonly triangles: number
  /** Signed: positive when it faces outwards. */
  readonly volumeMm3: number
  /** How many other shells enclose it. */
  readonly depth: number
  /** A point on it, LPS mm. */
  readonly at: Vec3
}

/** A shell in the open or within a cavity is a solid and must face outwards; one within a solid is a cavity. */
export const isSolid = (shell: Shell) => shell.depth % 2 === 0

/** Generic directions: none along a grid axis or diagonal, where a ray would run along edges. */
const DIRECTIONS = [
  new Vector3(0.3581, 0.6203, 0.6978),
  new Vector3(-0.7127, 0.2239, 0.6648),
  new Vector3(0.4973, -0.7583, -0.4217),
].map((d) => d.normalize())

/** In order of first triangle. */
export function measureShells({ tree, shellOf, shells }: Topology): Shell[] {
  const { positions: p, indices } = tree.mesh
  const six = new Float64Array(shells)
  const triangles = new Uint32Array(shells)
  const first = new Int32Array(shells).fill(-1)
  for (let t = 0; t < shellOf.length; t++) {
    const shell = shellOf[t] as number
    if (first[shell] === -1) first[shell] = t
    triangles[shell] = (triangles[shell] as number) + 1
    six[shell] = (six[shell] as number) + sixVolume(p, indices, 3 * t)
  }
  return Array.from(first, (t, shell) => ({
    triangles: triangles[shell] as number,
    volumeMm3: (six[shell] as number) / 6,
    depth: shells === 1 ? 0 : depthOf(tree, shellOf, shell, centre(p, indices, t)),
    at: centre(p, indices, t),
  }))
}

function centre(p: Float32Array, indices: Uint32Array, t: number): Vec3 {
  const axis = (k: number) =>
    [0, 1, 2].reduce((sum, c) => sum + (p[3 * (indices[3 * t + c] as number) + k] as number) / 3, 0)
  return [axis(0), axis(1), axis(2)]
}

/** Shells crossed an odd number of times lie around the point; the median of three rays outvotes one through an edge. */
function depthOf({ bvh }: RayTree, shellOf: Uint32Array, own: number, at: Vec3): number {
  const depths = DIRECTIONS.map((direction) => {
    const odd = new Set<number>()
    for (const hit of bvh.raycast(new Ray(new Vector3(...at), direction), DoubleSide)) {
      const shell = shellOf[hit.faceIndex ?? 0] as number
      if (shell !== own && !odd.delete(shell)) odd.add(shell)
    }
    return odd.size
  })
  return depths.sort((a, b) => a - b)[1] as number
}
