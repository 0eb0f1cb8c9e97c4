import type * as Comlink from 'comlink'
import type { MeshApi } from '../../workers/mesh.worker.ts'
import type { Laterality } from '../core/anatomy.ts'
import type { StageSpec } from '../core/stage.ts'
import type { Mesh, Vec3 } from '../core/types.ts'
import { scaled } from '../import/affine-grid.ts'
import { BASE_PLATE } from '../prepare/marks/base-plate.ts'
import { CODE } from '../prepare/marks/code.ts'
import { EMBOSS, type EmbossParams } from '../prepare/marks/emboss.ts'
import { type Frame, frameAt, type PickedPlace, UNPICKED } from '../prepare/marks/frame.ts'
import { HANGING_HOLE } from '../prepare/marks/hanging-hole.ts'
import { type KeepOut, LANDING_BLOCKS, type Landed } from '../prepare/marks/landing-blocks.ts'
import type { Mark } from '../prepare/marks/mark.ts'
import { STAND } from '../prepare/marks/stand.ts'
import { meshDigest } from './digests.ts'
import type { Step } from './pipeline.ts'
import { keepNothing, listener } from './step-parts.ts'

// Only what a person or the process sets is a parameter; the rest are the stage's defaults, held by its version.

/** A mark, what it goes onto, and the mesh it was made from: that of the body, also where it goes onto its reference. */
export interface Marking {
  readonly mesh: Mesh
  readonly from: Mesh
  readonly mark: Mark
}

/** A step that puts a mark onto a mesh, and how the mesh worker makes the mark before. */
export interface MarkStep<P extends object> extends Step<Marking, P, Mesh> {
  readonly make: (
    api: Comlink.Remote<MeshApi>,
    mesh: Mesh,
    params: P,
    signal: AbortSignal,
    onProgress: ReturnType<typeof listener>,
  ) => Promise<Landed>
}

const markStep = <P extends object>(spec: StageSpec<P>, make: MarkStep<P>['make']): MarkStep<P> => ({
  spec,
  make,
  run: async ({ mesh: worker }, { mesh, mark }, _params, ctx) => ({
    output: await worker.call((api) => api.applyMark(mesh, mark, ctx.signal, listener(ctx)), ctx.signal),
    backend: 'wasm',
    adapter: 'manifold-3d',
  }),
  inputDigests: ({ mesh, from }) => Promise.all([...new Set([mesh, from])].map(meshDigest)),
  outputDigest: meshDigest,
  keep: keepNothing,
})

const alone = async (mark: Promise<Mark>): Promise<Landed> => ({ mark: await mark, blocks: [] })

/** Which way the top of a mark points, for who looks at the face with the patient upright. */
export const TOPS = ['up', 'right', 'down', 'left'] as const
export type Top = (typeof TOPS)[number]

export type OnFace = { readonly pointLps: Vec3; readonly normalLps: Vec3; readonly top: Top }
const NO_FACE = { pointLps: UNPICKED.pointLps, normalLps: UNPICKED.normalLps, top: 'up' } as const

function placeOf({ pointLps, normalLps, top }: OnFace): PickedPlace {
  const { x, y } = frameAt({ pointLps, normalLps, upLps: [0, 0, 1] })
  const upLps: Readonly<Record<Top, Vec3>> = { up: y, right: x, down: scaled(y, -1), left: scaled(x, -1) }
  return { pointLps, normalLps, upLps: upLps[top] }
}

/** The axes of a mark on a face: x to the reader's right, y to its top. */
export const markFrame = (face: OnFace): Frame => frameAt(placeOf(face))

export type TextParams = OnFace & {
  readonly lines: readonly string[]
  /** Whether they say which side it is, or that there is none. */
  readonly hasSide: boolean
  /** Which; empty when they say none. */
  readonly side: Laterality | ''
  readonly how: EmbossParams['how']
  readonly capHeightMm: number
  readonly depthMm: number
  readonly leastStrokeMm: number
  readonly leastDepthMm: number
  readonly leastWallMm: number
}
const { lines, how, capHeightMm, depthMm, leastStrokeMm, leastDepthMm, leastWallMm } = EMBOSS.defaults

export const TEXT_STEP = markStep<TextParams>(
  {
    ...EMBOSS,
    defaults: {
      ...{ ...NO_FACE, lines, hasSide: false, side: '', how, capHeightMm, depthMm },
      ...{ leastStrokeMm, leastDepthMm, leastWallMm },
    },
  },
  (api, mesh, { hasSide: _, side: __, top, pointLps, normalLps, ...params }, signal, onProgress) => {
    const place = placeOf({ top, pointLps, normalLps })
    return alone(api.textMark(mesh, { ...EMBOSS.defaults, ...params, place }, signal, onProgress))
  },
)

export type CodeStepParams = OnFace & {
  readonly text: string
  readonly modules: 'raised' | 'sunk'
  readonly moduleMm: number
  readonly leastFeatureMm: number
}
const { text, modules, moduleMm, leastFeatureMm } = CODE.defaults

export const CODE_STEP = markStep<CodeStepParams>(
  { ...CODE, defaults: { ...NO_FACE, text, modules, moduleMm, leastFeatureMm } },
  (api, mesh, { top, pointLps, normalLps, ...params }, signal, onProgress) => {
    const place = placeOf({ top, pointLps, normalLps })
    return alone(api.codeMark(mesh, { ...CODE.defaults, ...params, place }, signal, onProgress))
  },
)

export type BlockParams = {
  readonly count: number
  readonly edgeMm: number
  readonly apartMm: number
  /** Where a block must not hide what is written. */
  readonly keepOuts: readonly KeepOut[]
}
const { count, sizeMm, apartMm } = LANDING_BLOCKS.defaults

export const BLOCKS_STEP = markStep<BlockParams>(
  { ...LANDING_BLOCKS, defaults: { count, edgeMm: sizeMm[0], apartMm, keepOuts: [] } },
  (api, mesh, { edgeMm, ...params }, signal, onProgress) => {
    const sized = { ...LANDING_BLOCKS.defaults, ...params, sizeMm: [edgeMm, edgeMm, edgeMm] } as const
    return api.landingBlocks(mesh, sized, signal, onProgress)
  },
)

export type PlateParams = { readonly thicknessMm: number; readonly marginMm: number; readonly sinkMm: number }
const { thicknessMm, marginMm, sinkMm } = BASE_PLATE.defaults

export const PLATE_STEP = markStep<PlateParams>(
  { ...BASE_PLATE, defaults: { thicknessMm, marginMm, sinkMm } },
  (api, mesh, params, signal, onProgress) =>
    alone(api.basePlateMark(mesh, { ...BASE_PLATE.defaults, ...params }, signal, onProgress)),
)

export type StandStepParams = { readonly gapMm: number; readonly postMm: number; readonly footMm: number }
const { gapMm, postMm, footMm } = STAND.defaults

export const STAND_STEP = markStep<StandStepParams>(
  { ...STAND, defaults: { gapMm, postMm, footMm } },
  (api, mesh, params, signal, onProgress) =>
    alone(api.standMark(mesh, { ...STAND.defaults, ...params }, signal, onProgress)),
)

export type HangingParams = OnFace & {
  readonly how: 'hole' | 'ring'
  readonly diameterMm: number
  readonly wallMm: number
}

export const HANGING_STEP = markStep<HangingParams>(
  {
    ...HANGING_HOLE,
    defaults: {
      ...NO_FACE,
      how: HANGING_HOLE.defaults.how,
      diameterMm: HANGING_HOLE.defaults.diameterMm,
      wallMm: HANGING_HOLE.defaults.wallMm,
    },
  },
  (api, mesh, { top, pointLps, normalLps, ...params }, signal, onProgress) => {
    const place = placeOf({ top, pointLps, normalLps })
    return alone(api.hangingHoleMark(mesh, { ...HANGING_HOLE.defaults, ...params, place }, signal, onProgress))
  },
)
