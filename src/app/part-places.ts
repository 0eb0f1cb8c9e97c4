import type { Context } from '../core/stage.ts'
import type { Mesh, Vec3 } from '../core/types.ts'
import type { DrainPlaces } from '../prepare/drain.ts'
import { HOLLOW_MESH, type HollowMeshParams } from '../prepare/hollow-mesh.ts'
import { reachedAccuracyMm } from '../prepare/mesh-field.ts'
import { mirrorPlaneXMm } from '../prepare/mirror.ts'
import { OFFSET, OFFSET_DETAIL_MM, type OffsetParams } from '../prepare/offset.ts'
import { CONNECTOR_WISH, type ConnectorWish } from '../prepare/place-connectors.ts'
import { scaleCentre } from '../prepare/scale.ts'
import type { Line } from './line.ts'
import { onlyOf } from './part-steps.ts'
import type { Params, ParamValue } from './templates.ts'

/** Settles on the bodies' own meshes what must be the same for their references. */
export type Settle = (meshes: readonly Mesh[], params: Params, line: Line, ctx: Context) => Params | Promise<Params>

/** What a cut is asked for: connectors of a kind, or none. */
export type CutWish = Omit<ConnectorWish, 'kind'> & { readonly kind: ConnectorWish['kind'] | 'none' }

/** A value of the stage's own types as one of an order; those are plain JSON. */
const plain = (value: object) => value as unknown as ParamValue

/** Places of connectors, for the parameters of pegs. */
export const withConnectors: Settle = async (meshes, params, { workers }, { signal }) => {
  const { kind, ...wish } = { ...CONNECTOR_WISH, ...params } as unknown as CutWish
  const { plane, clearanceMm } = wish
  const connectors =
    kind === 'none'
      ? []
      : await workers.mesh.call((api) => api.placeConnectors(onlyOf(meshes), { ...wish, kind }), signal)
  return { plane: plain(plane), connectors: plain(connectors), clearanceMm }
}

/** Places of drain holes, for the parameters of drain. */
export const withDrains: Settle = async (meshes, params, { workers }, { signal }) => {
  const places = params as unknown as DrainPlaces
  const holes = await workers.mesh.call((api) => api.placeDrains(onlyOf(meshes), places), signal)
  return { diameterMm: places.diameterMm, holes: plain(holes) }
}

export const withMirrorPlane: Settle = (meshes, params) => ({ ...params, aboutXMm: mirrorPlaneXMm(onlyOf(meshes)) })

export const withScaleCentre: Settle = (meshes, params) => {
  const aboutLps: Vec3 = scaleCentre(onlyOf(meshes))
  return { ...params, aboutLps }
}

/** The accuracy that an offset of a body so large can have. */
export const withOffsetAccuracy: Settle = (meshes, params) => {
  const wanted: OffsetParams = { ...OFFSET.defaults, ...params }
  // An offset that is no number is refused by the stage.
  if (!Number.isFinite(wanted.byMm)) return params
  const outMm = Math.max(0, wanted.byMm)
  return { ...params, accuracyMm: reachedAccuracyMm(onlyOf(meshes), outMm, OFFSET_DETAIL_MM / 2, wanted) }
}

/** The accuracy that the inner surface of a body so large can have. */
export const withHollowAccuracy: Settle = (meshes, params) => {
  const wanted = { ...HOLLOW_MESH.defaults, ...params } as HollowMeshParams
  // A wall that is no number is refused by the stage.
  if (!(wanted.wallMm > 0)) return params
  return { ...params, accuracyMm: reachedAccuracyMm(onlyOf(meshes), 0, wanted.wallMm / 2, wanted) }
}
