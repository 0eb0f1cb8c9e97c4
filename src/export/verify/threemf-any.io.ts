import type { Context } from '../../core/stage.ts'
import { type MeshFile, requireTriangles } from '../mesh-file.ts'
import { flatten } from './flatten.ts'
import type { ModelHandler } from './model-handler.ts'
import { Package, readModels } from './package.io.ts'
import { refuse } from './refuse.ts'
import { strictZip } from './strict-zip.io.ts'

export interface ThreeMfMesh extends MeshFile {
  /** The trace id of this project that the file bears, or null. */
  readonly traceId: string | null
}

/** A file that bears our trace id builds exactly what its names count: `femur-left-1-of-2`. */
function requireCounted({ traceId, items, objects }: ModelHandler): void {
  if (traceId === null) return
  const built = items.map(({ id }) => objects.get(id)?.name ?? '')
  const counts = built.map((name) => Number(/-\d+-of-(\d+)$/.exec(name)?.[1] ?? 0))
  if (new Set(built).size < built.length || counts.some((of) => of !== built.length)) throw refuse('hidden-item')
}

/**
 * Reads a 3MF of any maker by the Core Specification 1.3 and the paths of the Production Extension 1.1, and refuses by name
 * whatever could hide, mislead or fill the memory. The mesh is all that is built, in mm, without the shift onto the plate.
 * Memory: the meshes twice. Errors: threemf/ and the fault, mesh/too-large.
 */
export async function readAnyThreeMf(file: Blob, ctx: Context): Promise<ThreeMfMesh> {
  const parts = new Package(file, await strictZip(file, ctx.signal), ctx)
  const { root, models } = await readModels(parts)
  const mesh = requireTriangles(flatten(models, root))
  const main = models.get(root) as ModelHandler
  requireCounted(main)
  const names = main.items.map(({ id }) => main.objects.get(id)?.name ?? '')
  return { mesh, traceId: main.traceId, comments: [], names, values: new Map(), passedOver: 0 }
}
