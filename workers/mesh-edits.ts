import { transfer } from 'comlink'
import { subContext } from '../src/core/pace.ts'
import type { Context } from '../src/core/stage.ts'
import type { Mesh } from '../src/core/types.ts'
import { type BooleanInput, type BooleanParams, boolean } from '../src/prepare/boolean.ts'
import { type CombineParams, combine } from '../src/prepare/combine.ts'
import { type CutParams, cut } from '../src/prepare/cut.ts'
import { type DrainParams, drain, placeDrains } from '../src/prepare/drain.ts'
import { type HollowMeshParams, hollowMesh } from '../src/prepare/hollow-mesh.ts'
import { loadManifold } from '../src/prepare/manifold.io.ts'
import { type MirrorParams, mirror } from '../src/prepare/mirror.ts'
import { type OffsetParams, offset } from '../src/prepare/offset.ts'
import { overlapMm3 } from '../src/prepare/overlap.ts'
import { type PegsParams, pegs } from '../src/prepare/pegs.ts'
import { type ConnectorWish, placeConnectors } from '../src/prepare/place-connectors.ts'
import { type ScaleParams, scale } from '../src/prepare/scale.ts'
import type { LoadManifold } from '../src/prepare/solid.ts'
import { type SplitShellsParams, splitShells } from '../src/prepare/split-shells.ts'
import { type ThickenParams, thicken } from '../src/prepare/thicken.ts'
import { type WrapParams, wrap } from '../src/prepare/wrap.ts'
import { vertexThickness } from '../src/qa/vertex-thickness.ts'
import { type ProgressListener, workerContext } from './context.ts'

const buffersOf = ({ positions, indices }: Mesh) => [positions.buffer as ArrayBuffer, indices.buffer as ArrayBuffer]

/** Bodies of one cut may share an array, and an array can be sent once only. */
function send<T extends Mesh | readonly Mesh[]>(made: T): T {
  const bodies: readonly Mesh[] = 'positions' in made ? [made] : made
  return transfer(made, [...new Set(bodies.flatMap(buffersOf))])
}

type Edit<Input, Params, Out extends Mesh | Mesh[]> = (
  input: Input,
  params: Params,
  ctx: Context,
  load: LoadManifold,
) => Promise<Out> | Out

/** An edit as the page calls it: inputs come as copies, results are transferred. */
const edit =
  <Input, Params, Out extends Mesh | Mesh[]>(run: Edit<Input, Params, Out>) =>
  async (input: Input, params: Params, signal: AbortSignal, onProgress: ProgressListener): Promise<Out> =>
    send(await run(input, params, workerContext(signal, onProgress), loadManifold))

/** Edits of a part, for the mesh worker. Those that give several bodies give them in the order of the function. */
export const meshEdits = {
  cut: edit<Mesh, CutParams, Mesh[]>(cut),
  pegs: edit<Mesh, PegsParams, Mesh[]>(pegs),
  splitShells: edit<Mesh, SplitShellsParams, Mesh[]>(splitShells),
  combine: edit<readonly Mesh[], CombineParams, Mesh>(combine),
  boolean: edit<BooleanInput, BooleanParams, Mesh>(boolean),
  overlapMm3: (a: Mesh, b: Mesh): Promise<number> => overlapMm3(a, b, loadManifold),
  mirror: edit<Mesh, MirrorParams, Mesh>(mirror),
  scale: edit<Mesh, ScaleParams, Mesh>(scale),
  offset: edit<Mesh, OffsetParams, Mesh>(offset),
  hollow: edit<Mesh, HollowMeshParams, Mesh>(hollowMesh),
  drain: edit<Mesh, DrainParams, Mesh>(drain),
  /** Measures the walls first. */
  thicken: edit<Mesh, ThickenParams, Mesh>(async (mesh, params, ctx, load) => {
    const thicknessMm = await vertexThickness(mesh, subContext(ctx, 0, 0.5))
    return thicken({ mesh, thicknessMm }, params, subContext(ctx, 0.5, 1), load)
  }),
  wrap: edit<Mesh, WrapParams, Mesh>(wrap),

  /** Where connectors go, and how large: the parameters of pegs. */
  placeConnectors: (mesh: Mesh, wish: ConnectorWish) => placeConnectors(mesh, wish, loadManifold),

  /** Where drain holes go: the parameters of drain. */
  placeDrains,
} as const
