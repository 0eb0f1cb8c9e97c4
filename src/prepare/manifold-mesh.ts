import type { Manifold, Mesh as ManifoldMesh, ManifoldToplevel } from 'manifold-3d'
import { PipelineError } from '../core/errors.ts'
import type { Mesh } from '../core/types.ts'

/** What lives in wasm memory and is not collected. */
interface Wasm {
  delete(): void
}

/** Runs `work` and frees what it handed to `keep`, also when it throws. */
export function freeing<Result>(work: (keep: <Item extends Wasm>(item: Item) => Item) => Result): Result {
  const kept: Wasm[] = []
  try {
    return work((item) => {
      kept.push(item)
      return item
    })
  } finally {
    for (const item of kept.reverse()) item.delete()
  }
}

/**
 * The solid of a closed mesh, to be freed by the caller. Memory: about 200 bytes a triangle in wasm.
 * @throws prepare/failed when the mesh is open, folded or empty.
 */
export function solidOf(mesh: Mesh, { Manifold, Mesh: MeshGl }: ManifoldToplevel): Manifold {
  const input = new MeshGl({ numProp: 3, vertProperties: mesh.positions, triVerts: mesh.indices })
  try {
    const solid = new Manifold(input)
    if (solid.status() === 'NoError' && !solid.isEmpty()) return solid
    solid.delete()
  } catch {
    // Said below, in words of ours.
  }
  throw new PipelineError('prepare/failed', 'The surface is open or folded. Repair the model, then try again.', {
    triangles: mesh.indices.length / 3,
  })
}

/** The mesh of a solid, in memory of ours. */
export function meshOf(solid: Manifold): Mesh {
  const out = solid.getMesh()
  return { positions: dense(out.vertProperties, out.numProp), indices: joined(out) }
}

function dense(properties: Float32Array, perVertex: number): Float32Array {
  if (perVertex === 3) return properties.slice()
  return new Float32Array((properties.length / perVertex) * 3).map(
    (_, i) => properties[Math.floor(i / 3) * perVertex + (i % 3)] as number,
  )
}

/** Indices with the library's merge list applied. */
function joined(mesh: ManifoldMesh): Uint32Array {
  const to = new Map<number, number>()
  for (const [i, from] of (mesh.mergeFromVert ?? []).entries()) to.set(from, mesh.mergeToVert[i] as number)
  return mesh.triVerts.map((v) => to.get(v) ?? v)
}
