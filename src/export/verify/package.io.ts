import { pacer } from '../../core/pace.ts'
import type { Context } from '../../core/stage.ts'
import type { ZipEntry } from '../../import/zip.io.ts'
import { ENCRYPTED_RELATION } from '../secure-content/names.ts'
import { CONTENT_TYPES_PART, MODEL_RELATION, RELATIONS_PART } from '../threemf-package.ts'
import { ModelHandler } from './model-handler.ts'
import { ContentTypes, Relations } from './opc.ts'
import { refuse } from './refuse.ts'
import { inflateEntry } from './strict-zip.io.ts'
import { type XmlHandler, XmlReader } from './xml-reader.ts'

/** A relations or types part is a page; a megabyte of them is something else. */
export const MOST_SMALL_BYTES = 2 ** 20

/** Takes the bytes of a part as they come; `done` is the share of the part that is there. */
export type TakePart = (bytes: Uint8Array, done: number) => void | Promise<void>

/** Reads one part after another of a package. */
export class Package {
  /** Extensions that may be required here beside those that every reader knows. */
  readonly extensions: readonly string[] = []
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
  entry(name: string): ZipEntry {
    const entry = this.#entries.get(name)
    if (!entry) throw refuse('missing-part')
    return entry
  }
  /** The bytes of a part as it lies there. */
  each(name: string, take: TakePart): Promise<void> {
    return inflateEntry(this.#file, this.entry(name), this.#ctx.signal, take)
  }
  /** A part as it lies there, whole. */
  async bytes(name: string, most = Number.POSITIVE_INFINITY): Promise<Uint8Array<ArrayBuffer>> {
    const { unpacked } = this.entry(name)
    if (unpacked > most) throw refuse('too-long')
    const whole = new Uint8Array(unpacked)
    let at = 0
    await Package.prototype.each.call(this, name, (bytes) => {
      whole.set(bytes, at)
      at += bytes.length
    })
    return whole
  }
  async read<H extends XmlHandler>(name: string, handler: H, most = Number.POSITIVE_INFINITY): Promise<H> {
    if (this.entry(name).unpacked > most) throw refuse('too-long')
    const xml = new XmlReader(handler)
    const pace = pacer(this.#ctx)
    await this.each(name, (bytes, done) => {
      xml.push(bytes)
      return pace.breathe(done)
    })
    xml.end()
    return handler
  }
}

const RELATIONS_NAME = /^(.*\/)?_rels\/[^/]*\.rels$/

/** What the relations of all parts name, by the part that holds them. */
type Linked = ReadonlyMap<string, Relations>

/** The relations of all parts, each without a way out; those of the package itself name the model. */
async function rootModel(parts: Package): Promise<{ root: string; linked: Linked }> {
  const linked = new Map<string, Relations>()
  for (const name of parts.names) {
    const folder = RELATIONS_NAME.exec(name)
    if (!folder) continue
    const relations = await parts.read(name, new Relations(folder[1] ?? ''), MOST_SMALL_BYTES)
    for (const { part } of relations.links) if (!parts.has(part)) throw refuse('missing-part')
    linked.set(name, relations)
  }
  const [root, ...others] = linked.get(RELATIONS_PART)?.ofType(MODEL_RELATION) ?? []
  if (root === undefined) throw refuse('no-model')
  if (others.length > 0) throw refuse('two-models')
  return { root, linked }
}

const relationsOf = (part: string) => part.replace(/([^/]*)$/, '_rels/$1.rels')

export interface PackageModels {
  readonly root: string
  readonly models: ReadonlyMap<string, ModelHandler>
  /** Parts that some relation says are encrypted. */
  readonly encrypted: readonly string[]
}

/** The root model and the parts that it points to (Production Extension 3.2: one level, and only from the root). */
export async function readModels(parts: Package): Promise<PackageModels> {
  if (!parts.has(CONTENT_TYPES_PART)) throw refuse('no-content-types')
  const types = await parts.read(CONTENT_TYPES_PART, new ContentTypes(), MOST_SMALL_BYTES)
  const { root, linked } = await rootModel(parts)
  types.requireModel(root)
  const main = await parts.read(root, new ModelHandler(parts.extensions))
  const models = new Map([[root, main]])
  const references = [...main.items, ...[...main.objects.values()].flatMap(({ components }) => components)]
  for (const { path } of references) {
    const part = path?.replace(/^\//, '')
    if (part === undefined || models.has(part)) continue
    if (!(linked.get(relationsOf(root))?.ofType(MODEL_RELATION) ?? []).includes(part)) throw refuse('reference')
    types.requireModel(part)
    const other = await parts.read(part, new ModelHandler(parts.extensions))
    if ([...other.objects.values()].some(({ components }) => components.some((c) => c.path !== null)))
      throw refuse('path-in-part')
    models.set(part, other)
  }
  const encrypted = [...linked.values()].flatMap((relations) => relations.ofType(ENCRYPTED_RELATION))
  return { root, models, encrypted }
}
