import { pacer } from '../../core/pace.ts'
import type { Context } from '../../core/stage.ts'
import type { ZipEntry } from '../../import/zip.io.ts'
import { type MeshFile, requireTriangles } from '../mesh-file.ts'
import { CONTENT_TYPES_PART, RELATIONS_PART } from '../threemf-package.ts'
import { flatten } from './flatten.ts'
import { ModelHandler } from './model-handler.ts'
import { ContentTypes, Relations } from './opc.ts'
import { refuse } from './refuse.ts'
import { inflateEntry, strictZip } from './strict-zip.io.ts'
import { type XmlHandler, XmlReader } from './xml-reader.ts'

export interface ThreeMfMesh extends MeshFile {
  /** The trace id of this project that the file bears, or null. */
  readonly traceId: string | null
}

/** A relations or types part is a page; a megabyte of them is something else. */
const MOST_SMALL_BYTES = 2 ** 20

/** Reads one part after another of a package. */
class Package {
  readonly #file: Blob
  readonly #entries: ReadonlyMap<string, ZipEntry>
  readonly #ctx: Context

  constructor(file: Blob, entries: ReadonlyMap<string, ZipEntry>, ctx: Context) {
    this.#file = file
    this.#entries = entries
    this.#ctx = ctx
  }
  get names(): string[] {
    return [...this.#entries.keys()]
  }
  has(name: string): boolean {
    return this.#entries.has(name)
  }
  async read<H extends XmlHandler>(name: string, handler: H, most = Number.POSITIVE_INFINITY): Promise<H> {
    const entry = this.#entries.get(name)
    if (!entry) throw refuse('missing-part')
    if (entry.unpacked > most) throw refuse('too-long')
    const xml = new XmlReader(handler)
    const pace = pacer(this.#ctx)
    await inflateEntry(this.#file, entry, this.#ctx.signal, (bytes, done) => {
      xml.push(bytes)
      return pace.breathe(done)
    })
    xml.end()
    return handler
  }
}

const RELATIONS_NAME = /^(.*\/)?_rels\/[^/]*\.rels$/

/** The relations of all parts, each without a way out; those of the package itself name the model. */
async function rootModel(parts: Package): Promise<{ root: string; linked: ReadonlyMap<string, readonly string[]> }> {
  const linked = new Map<string, readonly string[]>()
  for (const name of parts.names) {
    const folder = RELATIONS_NAME.exec(name)
    if (!folder) continue
    const relations = await parts.read(name, new Relations(folder[1] ?? ''), MOST_SMALL_BYTES)
    for (const target of relations.targets) if (!parts.has(target)) throw refuse('missing-part')
    linked.set(name, relations.models)
  }
  const models = linked.get(RELATIONS_PART) ?? []
  const [root, ...others] = models
  if (root === undefined) throw refuse('no-model')
  if (others.length > 0) throw refuse('two-models')
  return { root, linked }
}

const relationsOf = (part: string) => part.replace(/([^/]*)$/, '_rels/$1.rels')

/** The root model and the parts that it points to (Production Extension 3.2: one level, and only from the root). */
async function readModels(parts: Package): Promise<{ root: string; models: Map<string, ModelHandler> }> {
  if (!parts.has(CONTENT_TYPES_PART)) throw refuse('no-content-types')
  const types = await parts.read(CONTENT_TYPES_PART, new ContentTypes(), MOST_SMALL_BYTES)
  const { root, linked } = await rootModel(parts)
  types.requireModel(root)
  const main = await parts.read(root, new ModelHandler())
  const models = new Map([[root, main]])
  const references = [...main.items, ...[...main.objects.values()].flatMap(({ components }) => components)]
  for (const { path } of references) {
    const part = path?.replace(/^\//, '')
    if (part === undefined || models.has(part)) continue
    if (!(linked.get(relationsOf(root)) ?? []).includes(part)) throw refuse('reference')
    types.requireModel(part)
    const other = await parts.read(part, new ModelHandler())
    if ([...other.objects.values()].some(({ components }) => components.some((c) => c.path !== null)))
      throw refuse('path-in-part')
    models.set(part, other)
  }
  return { root, models }
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
