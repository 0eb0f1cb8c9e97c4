import { refuse } from './refuse.ts'
import type { XmlHandler } from './xml-reader.ts'

const TYPES = 'http://schemas.openxmlformats.org/package/2006/content-types'
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships'
const MODEL_TYPE = 'application/vnd.ms-package.3dmanufacturing-3dmodel+xml'

/** What the parts of a package are (ECMA-376 part 2, 6.2.3). Errors: threemf/content-types. */
export class ContentTypes implements XmlHandler {
  readonly #byExtension = new Map<string, string>()
  readonly #byPart = new Map<string, string>()

  open(name: string, attributes: ReadonlyMap<string, string>): void {
    if (name === `{${TYPES}}Types`) return
    const type = attributes.get('ContentType') ?? ''
    const isDefault = name === `{${TYPES}}Default`
    const [table, key] = isDefault
      ? [this.#byExtension, attributes.get('Extension')]
      : [this.#byPart, attributes.get('PartName')?.replace(/^\//, '')]
    if ((!isDefault && name !== `{${TYPES}}Override`) || !key || type === '') throw refuse('content-types')
    if (table.has(key.toLowerCase())) throw refuse('content-types')
    table.set(key.toLowerCase(), type)
  }
  close(): void {}
  requireModel(part: string): void {
    const extension = part.slice(part.lastIndexOf('.') + 1).toLowerCase()
    const type = this.#byPart.get(part.toLowerCase()) ?? this.#byExtension.get(extension)
    if (type !== MODEL_TYPE) throw refuse('content-types')
  }
}

/** What the relations of a package or a part name. Errors: threemf/external, traversal, duplicate-id, malformed. */
export class Relations implements XmlHandler {
  readonly links: { readonly part: string; readonly type: string }[] = []
  readonly #ids = new Set<string>()
  readonly #folder: string

  /** `folder` is that of the part the relations are of, with a slash at its end or empty. */
  constructor(folder: string) {
    this.#folder = folder
  }
  open(name: string, attributes: ReadonlyMap<string, string>): void {
    if (name === `{${RELATIONS}}Relationships`) return
    if (name !== `{${RELATIONS}}Relationship`) throw refuse('malformed')
    const [id = '', target = '', type = ''] = ['Id', 'Target', 'Type'].map((key) => attributes.get(key))
    if (id === '' || this.#ids.has(id)) throw refuse('duplicate-id')
    this.#ids.add(id)
    if (attributes.get('TargetMode') === 'External' || /^[A-Za-z][\w+.-]*:|^\/\/|^\\\\/.test(target))
      throw refuse('external')
    const part = this.#part(target)
    this.links.push({ part, type })
  }
  close(): void {}
  /** The parts that relations of this type name. */
  ofType(type: string): readonly string[] {
    return this.links.filter((link) => link.type === type).map(({ part }) => part)
  }
  #part(target: string): string {
    const part = target.startsWith('/') ? target.slice(1) : this.#folder + target
    if (part.split(/[/\\]/).some((step) => step === '..' || step === '.')) throw refuse('traversal')
    return part
  }
}
