import type { JsonValue } from '../core/json.ts'
import { randomId } from '../vault/keys.ts'
import {
  NO_TEMPLATES,
  type OwnTemplates,
  offered,
  readTemplates,
  versionsOf,
  withRemoved,
  withSaved,
} from './own-templates.ts'
import { TEMPLATES } from './shipped-templates.ts'
import type { Template } from './templates.ts'
import type { Workers } from './workers.ts'

/** Own ids never meet shipped ones, and say nothing. */
const OWN = 'own-'

/** The templates a person can choose: those shipped, and their own out of the open vault. */
export class TemplateShelf {
  readonly #workers: Workers
  #revision = 0
  own = $state.raw<OwnTemplates>(NO_TEMPLATES)
  all = $derived<readonly Template[]>([...TEMPLATES, ...offered(this.own)])

  constructor(workers: Workers) {
    this.#workers = workers
  }

  /** Reads them from the vault that was just opened. Errors: as readTemplates, and those of the vault. */
  async load(): Promise<void> {
    const { revision, value } = await this.#workers.vault.call((api) => api.readSetting('templates'))
    this.own = readTemplates(value)
    // What cannot be read is not written over either.
    this.#revision = revision
  }

  /** When the vault is locked: names are a person's. */
  forget(): void {
    this.#revision = 0
    this.own = NO_TEMPLATES
  }

  /** Versions of this template, oldest first: one of a shipped one. */
  versions(id: string): readonly Template[] {
    return TEMPLATES.some((shipped) => shipped.id === id)
      ? TEMPLATES.filter((shipped) => shipped.id === id)
      : versionsOf(this.own, id)
  }

  /** The template as it was saved; null when this vault does not know it. */
  saved({ id, version }: Pick<Template, 'id' | 'version'>): Template | null {
    return this.versions(id).find((one) => one.version === version) ?? null
  }

  isOwn(id: string): boolean {
    return versionsOf(this.own, id).length > 0
  }

  /** Keeps a recipe in the vault under a name and gives it back as it is kept. Errors: as withSaved, and those of the vault. */
  async save(recipe: Template, name: string): Promise<Template> {
    const { saved, kept } = withSaved(this.own, recipe, name, `${OWN}${randomId()}`)
    await this.#write(kept)
    return saved
  }

  async remove(id: string): Promise<void> {
    await this.#write(withRemoved(this.own, id))
  }

  async #write(kept: OwnTemplates): Promise<void> {
    const setting = { revision: this.#revision, value: kept as unknown as JsonValue }
    await this.#workers.vault.call((api) => api.writeSetting('templates', setting))
    this.#revision++
    this.own = kept
  }
}
