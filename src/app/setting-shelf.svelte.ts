import { PipelineError } from '../core/errors.ts'
import type { JsonValue } from '../core/json.ts'
import type { SettingName } from '../vault/settings.ts'
import type { Workers } from './workers.ts'

/** One setting of the open vault, and how it is changed. `T` is what JSON gives back unchanged. */
export class SettingShelf<T> {
  kept: T
  readonly #workers: Pick<Workers, 'vault'>
  readonly #name: SettingName
  readonly #none: T
  readonly #read: (value: JsonValue) => T
  #revision = 0
  #isLoaded = false
  #writing: Promise<void> = Promise.resolve()

  /** `read` takes apart what the vault gives, null when it was never written. */
  constructor(workers: Pick<Workers, 'vault'>, name: SettingName, none: T, read: (value: JsonValue) => T) {
    this.#workers = workers
    this.#name = name
    this.#none = none
    this.#read = read
    this.kept = $state.raw(none)
  }

  /** Reads it from the vault that was just opened. Errors: as `read`, and those of the vault. */
  async load(): Promise<void> {
    const { revision, value } = await this.#workers.vault.call((api) => api.readSetting(this.#name))
    this.kept = this.#read(value)
    // What cannot be read is not written over either.
    this.#revision = revision
    this.#isLoaded = true
  }

  /** When the vault is locked. */
  forget(): void {
    this.#revision = 0
    this.#isLoaded = false
    this.kept = this.#none
  }

  /** Changes it, in the vault too, one change after the other. Errors: those of `how` and of the vault; then nothing is changed. */
  async change(how: (kept: T) => T): Promise<void> {
    const turn = this.#writing.then(() => this.#write(how))
    this.#writing = turn.catch(() => {})
    await turn
  }

  async #write(how: (kept: T) => T): Promise<void> {
    if (!this.#isLoaded) throw new PipelineError('vault/locked', 'The vault is locked. Unlock it to keep this.')
    const next = how(this.kept)
    const setting = { revision: this.#revision, value: next as JsonValue }
    await this.#workers.vault.call((api) => api.writeSetting(this.#name, setting))
    this.#revision++
    this.kept = next
  }
}
