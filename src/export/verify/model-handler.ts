import type { Mesh } from '../../core/types.ts'
import { growingIndices, growingPoints } from '../mesh-file.ts'
import { SECURE_NAMESPACE } from '../secure-content/names.ts'
import { CORE_NAMESPACE, OWN_NAMESPACE, PRODUCTION_NAMESPACE } from '../threemf-package.ts'
import { refuse } from './refuse.ts'
import { isSound, numberOf, type Transform, transformOf } from './transform.ts'
import type { XmlHandler } from './xml-reader.ts'

export interface Reference {
  readonly id: number
  /** Another part of the package that holds the object, null for this one. */
  readonly path: string | null
  readonly transform: Transform
}

export interface ModelObject {
  readonly id: number
  readonly name: string
  readonly type: string
  /** Null when it is made of components. */
  readonly mesh: Mesh | null
  readonly components: readonly Reference[]
}

const core = (local: string) => `{${CORE_NAMESPACE}}${local}`
const PATH = `{${PRODUCTION_NAMESPACE}}path`
const TRACE = `{${OWN_NAMESPACE}}TraceId`
/** Millimetres in each (Core 3.4, ST_Unit). */
export const UNIT_MM: Readonly<Record<string, number>> = {
  micron: 0.001,
  millimeter: 1,
  centimeter: 10,
  inch: 25.4,
  foot: 304.8,
  meter: 1000,
}
const TYPES = ['model', 'solidsupport', 'support', 'surface', 'other']
/** Extensions without which the triangles are still those of the file. */
const KNOWN_EXTENSIONS = [
  PRODUCTION_NAMESPACE,
  'http://schemas.microsoft.com/3dmanufacturing/material/2015/02',
  'http://schemas.microsoft.com/3dmanufacturing/trianglesets/2021/07',
]
/** Metadata that needs no namespace (Core 4.1.1 and its table). */
const WELL_KNOWN = [
  'Title',
  'Designer',
  'Description',
  'Copyright',
  'LicenseTerms',
  'Rating',
  'CreationDate',
  'ModificationDate',
  'Application',
]
const MOST_OBJECTS = 10_000
const ID = /^[1-9]\d{0,9}$/

function idOf(text: string | undefined): number {
  const id = ID.test(text ?? '') ? Number(text) : 0
  if (id === 0 || id >= 2 ** 31) throw refuse('bad-id')
  return id
}

const referenceOf = (attributes: ReadonlyMap<string, string>): Reference => ({
  id: idOf(attributes.get('objectid')),
  path: attributes.get(PATH) ?? null,
  transform: transformOf(attributes.get('transform')),
})

/** An object while it is read. */
class Draft {
  readonly positions = growingPoints()
  readonly indices = growingIndices()
  readonly components: Reference[] = []
  hasMesh = false
  constructor(
    readonly id: number,
    readonly name: string,
    readonly type: string,
  ) {}
}

/**
 * Holds one model part to the rules of the Core Specification 1.3 that decide whether a file is opened, and keeps its
 * objects and its plate. Elements of other namespaces are passed over. Errors: threemf/ and the fault.
 */
export class ModelHandler implements XmlHandler {
  readonly objects = new Map<number, ModelObject>()
  readonly items: Reference[] = []
  unitMm = 1
  /** The trace id of this project, when the file bears one. */
  traceId: string | null = null
  #unit = 'millimeter'
  readonly #ids = new Set<number>()
  readonly #metadata = new Set<string>()
  #prefixes: ReadonlyMap<string, string> = new Map()
  #draft: Draft | null = null
  #depth = 0
  #metadataName: string | null = null
  readonly #path: string[] = []
  readonly #extensions: readonly string[]

  /** `extensions` may be required beside those that every reader knows. */
  constructor(extensions: readonly string[] = []) {
    this.#extensions = [...KNOWN_EXTENSIONS, ...extensions]
  }
  open(name: string, attributes: ReadonlyMap<string, string>): void {
    const parent = this.#path.at(-1) ?? ''
    this.#path.push(name)
    this.#depth++
    if (this.#depth === 1) this.#model(name, attributes)
    else if (name === core('vertex') && parent === core('vertices')) this.#vertex(attributes)
    else if (name === core('triangle') && parent === core('triangles')) this.#triangle(attributes)
    else this.#structure(name, parent, attributes)
  }
  close(name: string, text: string): void {
    this.#path.pop()
    this.#depth--
    if (name === core('metadata') && this.#depth === 1 && this.#metadataName === TRACE) this.traceId = text.trim()
    if (name === core('object')) this.#keep()
    if (this.#depth === 0 && this.traceId !== null && this.#unit !== 'millimeter') throw refuse('unit-lie')
  }
  #model(name: string, attributes: ReadonlyMap<string, string>): void {
    if (name !== core('model')) throw refuse('not-model')
    this.#unit = attributes.get('unit') ?? 'millimeter'
    const unitMm = Object.hasOwn(UNIT_MM, this.#unit) ? UNIT_MM[this.#unit] : undefined
    if (unitMm === undefined) throw refuse('unit')
    this.unitMm = unitMm
    this.#prefixes = attributes
    const required = (attributes.get('requiredextensions') ?? '').split(/\s+/).filter((prefix) => prefix !== '')
    for (const prefix of required) {
      const extension = attributes.get(`xmlns:${prefix}`) ?? ''
      if (!this.#extensions.includes(extension)) throw refuse(extension === SECURE_NAMESPACE ? 'sealed' : 'extension')
    }
  }
  #structure(name: string, parent: string, attributes: ReadonlyMap<string, string>): void {
    if (name === core('metadata') && parent === core('model')) this.#said(attributes)
    else if (parent === core('resources')) this.#resource(name, attributes)
    else if (name === core('mesh') && parent === core('object')) this.#mesh()
    else if (name === core('component') && parent === core('components'))
      this.#draft?.components.push(referenceOf(attributes))
    else if (name === core('item') && parent === core('build')) this.items.push(referenceOf(attributes))
    if (this.items.length > MOST_OBJECTS || (this.#draft?.components.length ?? 0) > MOST_OBJECTS)
      throw refuse('too-many-triangles')
  }
  #said(attributes: ReadonlyMap<string, string>): void {
    const raw = attributes.get('name') ?? ''
    const colon = raw.indexOf(':')
    const namespace = colon < 0 ? null : this.#prefixes.get(`xmlns:${raw.slice(0, colon)}`)
    if (namespace === undefined || (namespace === null && !WELL_KNOWN.includes(raw))) throw refuse('metadata')
    const name = namespace === null ? raw : `{${namespace}}${raw.slice(colon + 1)}`
    if (this.#metadata.has(name)) throw refuse('metadata')
    this.#metadata.add(name)
    this.#metadataName = name
  }
  #resource(name: string, attributes: ReadonlyMap<string, string>): void {
    const id = idOf(attributes.get('id'))
    if (this.#ids.has(id)) throw refuse('duplicate-id')
    this.#ids.add(id)
    if (this.#ids.size > MOST_OBJECTS) throw refuse('too-many-triangles')
    if (name !== core('object')) return
    const type = attributes.get('type') ?? 'model'
    if (!TYPES.includes(type)) throw refuse('object-type')
    this.#draft = new Draft(id, attributes.get('name') ?? '', type)
  }
  #mesh(): void {
    if (!this.#draft || this.#draft.hasMesh) throw refuse('malformed')
    this.#draft.hasMesh = true
  }
  #vertex(attributes: ReadonlyMap<string, string>): void {
    for (const axis of ['x', 'y', 'z']) {
      const value = numberOf(attributes.get(axis))
      if (!isSound(value)) throw refuse('number')
      this.#draft?.positions.push(value)
    }
  }
  #triangle(attributes: ReadonlyMap<string, string>): void {
    const draft = this.#draft
    if (!draft) return
    const points = draft.positions.length / 3
    const [a, b, c] = ['v1', 'v2', 'v3'].map((corner) => {
      const text = attributes.get(corner) ?? ''
      const n = /^\d{1,10}$/.test(text) ? Number(text) : points
      if (n >= points) throw refuse('index', { points })
      draft.indices.push(n)
      return n
    })
    if (a === b || b === c || c === a) throw refuse('repeated-index')
  }
  #keep(): void {
    const draft = this.#draft
    if (!draft) return
    const { id, name, type, hasMesh, components, indices, positions } = draft
    if (hasMesh === components.length > 0 || (hasMesh && indices.length === 0)) throw refuse('empty-object')
    const mesh = hasMesh ? { positions: positions.taken(), indices: indices.taken() } : null
    this.objects.set(id, { id, name, type, mesh, components })
    this.#draft = null
  }
}
