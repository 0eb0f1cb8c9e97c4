import { BOOLEAN, type BooleanParams } from '../prepare/boolean.ts'
import { COMBINE, type CombineParams } from '../prepare/combine.ts'
import { DRAIN, type DrainParams } from '../prepare/drain.ts'
import { HOLLOW_MESH, type HollowMeshParams } from '../prepare/hollow-mesh.ts'
import { MIRROR, type MirrorParams } from '../prepare/mirror.ts'
import { OFFSET, type OffsetParams } from '../prepare/offset.ts'
import { PEGS, type PegsParams } from '../prepare/pegs.ts'
import { SCALE, type ScaleParams } from '../prepare/scale.ts'
import { SPLIT_SHELLS, type SplitShellsParams } from '../prepare/split-shells.ts'
import { THICKEN, type ThickenParams } from '../prepare/thicken.ts'
import { WRAP, type WrapParams } from '../prepare/wrap.ts'
import { askOne, meshesStep, onlyOf } from './part-steps.ts'

// The steps of edits that change the shape of a part; see part-edits.ts.

const MANIFOLD = 'manifold-3d'

export const HOLLOW_STEP = meshesStep<HollowMeshParams>(
  HOLLOW_MESH,
  askOne((api, ...given) => api.hollow(...given)),
  MANIFOLD,
)
export const DRAIN_STEP = meshesStep<DrainParams>(
  DRAIN,
  askOne((api, ...given) => api.drain(...given)),
  MANIFOLD,
)
export const PEGS_STEP = meshesStep<PegsParams>(
  PEGS,
  (api, meshes, ...rest) => api.pegs(onlyOf(meshes), ...rest),
  MANIFOLD,
)
export const SPLIT_SHELLS_STEP = meshesStep<SplitShellsParams>(SPLIT_SHELLS, (api, meshes, ...rest) =>
  api.splitShells(onlyOf(meshes), ...rest),
)
export const COMBINE_STEP = meshesStep<CombineParams>(
  COMBINE,
  async (api, ...given) => [await api.combine(...given)],
  MANIFOLD,
)
export const BOOLEAN_STEP = meshesStep<BooleanParams>(
  BOOLEAN,
  async (api, [mesh, ...others], ...rest) => [
    await api.boolean({ mesh: onlyOf(mesh ? [mesh] : []), guide: onlyOf(others) }, ...rest),
  ],
  MANIFOLD,
)
export const MIRROR_STEP = meshesStep<MirrorParams>(
  MIRROR,
  askOne((api, ...given) => api.mirror(...given)),
)
export const SCALE_STEP = meshesStep<ScaleParams>(
  SCALE,
  askOne((api, ...given) => api.scale(...given)),
)
export const OFFSET_STEP = meshesStep<OffsetParams>(
  OFFSET,
  askOne((api, ...given) => api.offset(...given)),
)
export const THICKEN_STEP = meshesStep<ThickenParams>(
  THICKEN,
  askOne((api, ...given) => api.thicken(...given)),
  MANIFOLD,
)
export const WRAP_STEP = meshesStep<WrapParams>(
  WRAP,
  askOne((api, ...given) => api.wrap(...given)),
  MANIFOLD,
)
