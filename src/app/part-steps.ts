import type * as Comlink from 'comlink'
import type { MeshApi } from '../../workers/mesh.worker.ts'
import { PipelineError } from '../core/errors.ts'
import { sha256 } from '../core/hash.ts'
import type { Backend, StageSpec } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import { LAY_FLAT, type LayFlatParams } from '../prepare/lay-flat.ts'
import { encodeMesh } from '../vault/codec.ts'
import { meshDigest, meshDigestNow } from './digests.ts'
import type { Body } from './part-body.ts'
import type { Step } from './pipeline.ts'
import { keepNothing, listener } from './step-parts.ts'

/** A step from the meshes of bodies to those of others; what it makes is kept once it is placed in the part. */
export type MeshesStep<P extends object> = Step<readonly Mesh[], P, readonly Mesh[]>

/** Digest of one mesh, or of a list of several. */
async function meshesDigest(meshes: readonly Mesh[]): Promise<string> {
  const digests = await Promise.all(meshes.map(meshDigest))
  const [only] = digests
  return only !== undefined && digests.length === 1 ? only : listDigest(digests)
}

const listDigest = (digests: readonly string[]) => sha256(new TextEncoder().encode(digests.join('\n')))

/** What the mesh worker is asked for: its method, the meshes, and what it is told on the way. */
type Ask<P> = (
  api: Comlink.Remote<MeshApi>,
  meshes: readonly Mesh[],
  params: P,
  signal: AbortSignal,
  onProgress: ReturnType<typeof listener>,
) => Promise<readonly Mesh[]>

/** A step of the mesh worker; `library` is what it runs on, when that is not our own code. */
export function meshesStep<P extends object>(spec: StageSpec<P>, ask: Ask<P>, library?: string): MeshesStep<P> {
  const backend: Backend = library === undefined ? 'cpu' : 'wasm'
  return {
    spec,
    run: async ({ mesh }, meshes, params, ctx) => {
      const output = await mesh.call((api) => ask(api, meshes, params, ctx.signal, listener(ctx)), ctx.signal)
      return { output, backend, adapter: library ?? 'JavaScript' }
    },
    inputDigests: (meshes) => Promise.all(meshes.map(meshDigest)),
    outputDigest: meshesDigest,
    keep: keepNothing,
  }
}

/** Asks for one body, of one. */
export const askOne =
  <P extends object>(ask: (...given: AskedOne<P>) => Promise<Mesh>): Ask<P> =>
  async (api, meshes, ...rest) => [await ask(api, onlyOf(meshes), ...rest)]

type AskedOne<P> = Parameters<Ask<P>> extends [infer Api, infer _, ...infer Rest] ? [Api, Mesh, ...Rest] : never

/** The one body of an edit that takes no more. */
export function onlyOf<T>(list: readonly T[]): T {
  const [only] = list
  if (only !== undefined && list.length === 1) return only
  throw new PipelineError('app/bad-parameter', 'This takes one body at a time. Choose one and try again.')
}

/** A step of the line as one of the part's: for one body, and kept with it. */
export const ofOne = <P extends object>(step: Step<Mesh, P, Mesh>): MeshesStep<P> => ({
  spec: step.spec,
  run: async (workers, meshes, params, ctx) => {
    const ran = await step.run(workers, onlyOf(meshes), params, ctx)
    return { ...ran, output: [ran.output] }
  },
  inputDigests: (meshes) => Promise.all(meshes.map(meshDigest)),
  outputDigest: meshesDigest,
  keep: keepNothing,
})

export const LAY_FLAT_STEP = meshesStep<LayFlatParams>(
  LAY_FLAT,
  askOne((api, ...given) => api.layFlat(...given)),
)

/** One of several meshes that a step made, so that the trace leads from it to that step. */
export const PIECE_STEP: Step<readonly Mesh[], { readonly index: number }, Mesh> = {
  spec: { name: 'piece', version: 1, defaults: { index: 0 } },
  run: async (_workers, meshes, { index }) => ({
    output: onlyOf(meshes.slice(index, index + 1)),
    backend: 'cpu',
    adapter: 'JavaScript',
  }),
  inputDigests: async (meshes) => [await meshesDigest(meshes)],
  outputDigest: meshDigest,
  keep: keepNothing,
}

/** A mesh that the vault does not keep yet, and where it shall. */
export interface FreshMesh {
  readonly mesh: Mesh
  readonly role: 'mesh' | 'reference-mesh'
  readonly slot: string
}

/** Where the vault keeps the meshes of edited bodies: by what they are, so that undo finds them. */
export const PART_SLOT = 'part/'
export const partSlot = async (mesh: Mesh): Promise<string> => `${PART_SLOT}${await meshDigestNow(mesh)}`

/** How an edit, an undo or a redo changes the part. */
interface PartChange {
  readonly from: readonly Body[]
  readonly to: readonly Body[]
}

const bodyDigests = (bodies: readonly Body[]) =>
  Promise.all(bodies.flatMap(({ mesh, reference }) => [meshDigest(mesh), meshDigest(reference)]))

export type PlacePartParams = { readonly act: string }

/** These bodies are the part from now on; `act` says what was done. Keeps what the vault does not have yet. */
export const placePart = (fresh: readonly FreshMesh[]): Step<PartChange, PlacePartParams, readonly Body[]> => ({
  spec: { name: 'place-part', version: 1, defaults: { act: '' } },
  run: async (_workers, { to }) => ({ output: to, backend: 'cpu', adapter: 'JavaScript' }),
  inputDigests: ({ from }) => bodyDigests(from),
  outputDigest: async (bodies) => listDigest(await bodyDigests(bodies)),
  keep: () =>
    Promise.all(
      fresh.map(async ({ mesh, role, slot }) => ({
        role,
        slot,
        digest: await meshDigestNow(mesh),
        ...encodeMesh(mesh),
      })),
    ),
})
