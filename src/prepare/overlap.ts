import type { Mesh } from '../core/types.ts'
import { type LoadManifold, withSolids } from './solid.ts'

/** Volume that two parts both take up, mm3; 0 when they only touch. Errors: prepare/failed for one that is not closed. */
export const overlapMm3 = (a: Mesh, b: Mesh, load: LoadManifold): Promise<number> =>
  withSolids(load, ({ of, keep }) => keep(of(a).intersect(of(b))).volume())
