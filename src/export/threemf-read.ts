import { mismatch, type TakeCorners } from './file-parts.ts'
import { ALLOWED_METADATA, CORE_NAMESPACE, OWN_NAMESPACE, PRODUCTION_NAMESPACE } from './threemf-package.ts'
import { type RowMarks, XmlWindow } from './xml.ts'

/** What the model of a 3MF file says beside its triangles. */
export interface ThreeMfSaid {
  readonly unit: string
  readonly metadata: Readonly<Record<string, string>>
  /** UUID of the build. */
  readonly build: string
  readonly bodies: readonly BodySaid[]
}

/** What it says of one body, in the order of its objects. */
export interface BodySaid {
  readonly name: string
  readonly colour: string
  /** UUIDs of the object and of its place on the plate. */
  readonly uuid: string
  readonly item: string
  /** 12 numbers of the build item, row by row; the last three are the shift in mm. */
  readonly transform: readonly number[]
}

const ascii = (text: string) => new TextEncoder().encode(text)
const marks = (a: string, b: string, c: string, d: string): RowMarks => [ascii(a), ascii(b), ascii(c), ascii(d)]
const DECLARATION = ascii('<?xml version="1.0" encoding="UTF-8"?>')
const METADATA = ascii('<metadata ')
const METADATA_END = ascii('</metadata>')
const VERTEX = marks('<vertex x="', '" y="', '" z="', '"/>')
const VERTICES_END = ascii('</vertices>')
const TRIANGLE = marks('<triangle v1="', '" v2="', '" v3="', '"/>')
const TRIANGLES_END = ascii('</triangles>')
const BASE = ascii('<base ')
const COLOURS_END = ascii('</basematerials>')
const OBJECT = ascii('<object ')
const ITEM = ascii('<item ')
/** Elements read at once. */
const BATCH = 4096

function readMetadata(xml: XmlWindow): Record<string, string> {
  const found: Record<string, string> = {}
  for (xml.skipSpace(); xml.sees(METADATA); xml.skipSpace()) {
    const { name = '' } = xml.tag('metadata')
    if (!ALLOWED_METADATA.includes(name) || name in found)
      throw mismatch('The 3MF file carries metadata outside the allowed list.')
    found[name] = xml.text()
    xml.take(METADATA_END)
  }
  return found
}

function endTags(xml: XmlWindow, names: readonly string[]): void {
  for (const name of names) {
    xml.skipSpace()
    xml.take(ascii(`</${name}>`))
  }
}

/** Waits until enough of the text is there. */
function* enough(xml: XmlWindow): Generator<void, void> {
  while (xml.scarce) yield
}

/** All elements of one kind, some at a time. */
function* elements(xml: XmlWindow, kind: RowMarks, take: (numbers: Float64Array) => void): Generator<void, void> {
  const batch = new Float64Array(3 * BATCH)
  for (;;) {
    yield* enough(xml)
    const count = xml.rows(kind, batch)
    // With enough there it only stops before the first row when that is another element.
    if (count === 0 && !xml.scarce) return
    take(batch.subarray(0, count))
  }
}

/** The points of the file as they come, and the corners that name them. */
class Points {
  readonly #positions: Float32Array
  readonly #corners = new Float32Array(9 * BATCH)
  #length = 0
  /** Where the points of the body at hand begin. */
  #from = 0

  constructor(most: number) {
    this.#positions = new Float32Array(3 * most)
  }
  begin(): void {
    this.#from = this.#length
  }
  add(numbers: Float64Array): void {
    if (this.#length + numbers.length > this.#positions.length)
      throw mismatch('The 3MF file holds more points than the model.', { points: this.#positions.length / 3 })
    this.#positions.set(numbers, this.#length)
    this.#length += numbers.length
  }
  named(indices: Float64Array): Float32Array {
    const corners = this.#corners
    const positions = this.#positions
    for (let n = 0; n < indices.length; n++) {
      const at = this.#from + 3 * (indices[n] as number)
      if (!(at < this.#length))
        throw mismatch('The 3MF file names a point that it does not hold.', { index: indices[n] as number })
      corners[3 * n] = positions[at] as number
      corners[3 * n + 1] = positions[at + 1] as number
      corners[3 * n + 2] = positions[at + 2] as number
    }
    return corners.subarray(0, 3 * indices.length)
  }
}

/** The colours, by what an object says of them: the id of the list and the place in it. */
function* colours(xml: XmlWindow): Generator<void, ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  const { id = '' } = xml.tag('basematerials')
  for (xml.skipSpace(); xml.sees(BASE); xml.skipSpace()) {
    const { name = '', displaycolor = '' } = xml.tag('base')
    found.set([id, found.size, name].join(), displaycolor)
    yield* enough(xml)
  }
  xml.take(COLOURS_END)
  return found
}

function* object(xml: XmlWindow, points: Points, take: TakeCorners): Generator<void, Record<string, string>> {
  const said = xml.tag('object')
  xml.tag('mesh')
  xml.tag('vertices')
  points.begin()
  yield* elements(xml, VERTEX, (numbers) => points.add(numbers))
  xml.take(VERTICES_END)
  xml.tag('triangles')
  yield* elements(xml, TRIANGLE, (indices) => take(points.named(indices)))
  xml.take(TRIANGLES_END)
  endTags(xml, ['mesh', 'object'])
  return said
}

function* item(xml: XmlWindow): Generator<void, Record<string, string>> {
  yield* enough(xml)
  return xml.tag('item')
}

/** All elements that begin so, each read by `read`. */
function* each<T>(xml: XmlWindow, beginning: Uint8Array, read: () => Generator<void, T>): Generator<void, T[]> {
  const all: T[] = []
  for (;;) {
    yield* enough(xml)
    xml.skipSpace()
    if (!xml.sees(beginning)) return all
    all.push(yield* read())
  }
}

const transformOf = (item: Record<string, string>): readonly number[] => {
  const transform = (item.transform ?? '1 0 0 0 1 0 0 0 1 0 0 0').split(' ').map(Number)
  if (transform.length !== 12 || !transform.every(Number.isFinite))
    throw mismatch('The 3MF file places its part by a transform that cannot be read.')
  return transform
}

function* model(xml: XmlWindow, points: Points, take: TakeCorners): Generator<void, ThreeMfSaid> {
  yield* enough(xml)
  xml.take(DECLARATION)
  const opening = xml.tag('model')
  if (
    opening.xmlns !== CORE_NAMESPACE ||
    opening['xmlns:p'] !== PRODUCTION_NAMESPACE ||
    opening['xmlns:pp'] !== OWN_NAMESPACE
  )
    throw mismatch('The 3MF file is not in the core namespace.')
  const metadata = readMetadata(xml)
  xml.tag('resources')
  const colourOf = yield* colours(xml)
  const objects = yield* each(xml, OBJECT, () => object(xml, points, take))
  endTags(xml, ['resources'])
  const build = xml.tag('build')
  const items = yield* each(xml, ITEM, () => item(xml))
  endTags(xml, ['build', 'model'])
  xml.skipSpace()
  if (!xml.atEnd) throw mismatch('The 3MF file has something after its end.')
  if (objects.length !== items.length || objects.some(({ id }, n) => id !== items[n]?.objectid))
    throw mismatch('The 3MF file does not build exactly the objects that it holds.')
  return {
    unit: opening.unit ?? 'millimeter',
    metadata,
    build: build['p:UUID'] ?? '',
    bodies: objects.map(({ name = '', pid = '', pindex = '', 'p:UUID': uuid = '' }, n) => ({
      name,
      colour: colourOf.get([pid, pindex, name].join()) ?? '',
      uuid,
      item: items[n]?.['p:UUID'] ?? '',
      transform: transformOf(items[n] ?? {}),
    })),
  }
}

/**
 * Reads the model of a 3MF of this project while its text comes, strictly: each object once on the plate, allowed
 * metadata, colours by name; points as written, before `transform` places a body. Throws 'export/mismatch' otherwise and when there are more than
 * `mostPoints`. Not a reader for foreign files. Memory: 12 bytes a point and a piece of the text, however long that is.
 */
export class ModelReader {
  readonly #xml = new XmlWindow()
  readonly #model: Generator<void, ThreeMfSaid>

  constructor(mostPoints: number, take: TakeCorners) {
    this.#model = model(this.#xml, new Points(mostPoints), take)
  }
  /** The next bytes of the text. */
  push(bytes: Uint8Array): void {
    this.#xml.feed(bytes)
    this.#model.next()
  }
  /** The text is over. */
  end(): ThreeMfSaid {
    this.#xml.complete()
    const said = this.#model.next().value
    if (!said) throw mismatch('The 3MF file is cut off.')
    return said
  }
}
