import type { Context } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import { measurable } from './measurable.ts'
import { measureThickness, type Thickness } from './thickness.ts'
import { type Topology, topology } from './topology.ts'

/** The map of a thickness on the vertices of the mesh as it came: those that share a place share what was measured there. */
export const onVertices = ({ perVertexMm }: Pick<Thickness, 'perVertexMm'>, { weld }: Pick<Topology, 'weld'>) =>
  perVertexMm.map((_, v) => perVertexMm[weld[v] as number] as number)

/** Wall thickness at each vertex in mm, at most THICKNESS_CAP_MM, as the check measures it. */
export async function vertexThickness(mesh: Mesh, ctx: Context): Promise<Float32Array> {
  const shape = topology(measurable(mesh))
  return onVertices(await measureThickness(shape.tree, 0, ctx), shape)
}
