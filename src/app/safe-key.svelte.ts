import * as Comlink from 'comlink'
import { PipelineError } from '../core/errors.ts'
import type { SafeKeyFacts } from '../vault/recovery.ts'
import type { SafeCase } from '../vault/safe-cases.ts'
import { isSafeFileSize, readSafeFile, type SafeFile, writeSafeFile } from '../vault/safe-file.ts'
import { download } from './download.io.ts'
import type { Jobs } from './jobs.svelte.ts'
import type { People } from './people.svelte.ts'
import type { RecoveredCase, SafeKeyView } from './safe-key-view.ts'
import type { Workers } from './workers.ts'

/** The recovery key: made, read from its file, and used once for each choice of a file. */
export class SafeKey implements SafeKeyView {
  now = $state.raw<SafeKeyFacts | null | undefined>(undefined)
  done = $state.raw<RecoveredCase | null>(null)
  readonly #workers: Pick<Workers, 'vault'>
  readonly #jobs: Pick<Jobs, 'run' | 'report'>
  readonly #people: Pick<People, 'change'>
  #file = $state.raw<(SafeFile & { readonly cases: readonly SafeCase[] }) | null>(null)

  constructor(workers: Pick<Workers, 'vault'>, jobs: Pick<Jobs, 'run' | 'report'>, people: Pick<People, 'change'>) {
    this.#workers = workers
    this.#jobs = jobs
    this.#people = people
  }

  get chosen(): SafeKeyFacts | null {
    return this.#file && { fingerprint: this.#file.fingerprint, madeAt: this.#file.madeAt }
  }

  get cases(): readonly SafeCase[] {
    return this.#file?.cases ?? []
  }

  async load(): Promise<void> {
    try {
      this.now = await this.#workers.vault.call((api) => api.safeKey())
    } catch (error) {
      this.#jobs.report(error)
    }
  }

  make(passphrase: string): Promise<boolean> {
    return this.#people.change('make-recovery-key', async (api) => {
      const privateKey = await api.makeRecoveryKey({ passphrase })
      try {
        const made = await api.safeKey()
        this.now = made
        const { fingerprint, madeAt } = made ?? {}
        if (fingerprint && madeAt) this.#save({ fingerprint, madeAt, privateKey })
      } finally {
        privateKey.fill(0)
      }
    })
  }

  #save(made: SafeFile): void {
    const bytes = writeSafeFile(made)
    download(`recovery-key-${made.madeAt.slice(0, 10)}-${made.fingerprint.slice(0, 8)}.key`, new Blob([bytes]))
    bytes.fill(0)
  }

  async choose(file: Blob): Promise<boolean> {
    this.forgetFile()
    this.done = null
    const read = await this.#jobs.run('read-recovery-key', async () => {
      if (!isSafeFileSize(file.size)) throw new PipelineError('vault/bad-key', 'That is no file of a recovery key.')
      const read = await readSafeFile(new Uint8Array(await file.arrayBuffer()))
      try {
        return { ...read, cases: await this.#workers.vault.call((api) => api.casesForKey(read.fingerprint)) }
      } catch (error) {
        read.privateKey.fill(0)
        throw error
      }
    })
    this.#file = read
    return read !== null
  }

  async recover(caseId: string, designer: string, passphrase: string): Promise<boolean> {
    const file = this.#file
    if (!file) return false
    this.#file = null
    this.done = null
    let whole = false
    const isDone = await this.#people.change('recover-case', async (api) => {
      const key = Comlink.transfer(file.privateKey, [file.privateKey.buffer])
      whole = await api.recoverCase(caseId, key, designer, { passphrase })
    })
    // Gone once it was sent; still here when the work did not begin.
    if (file.privateKey.length > 0) file.privateKey.fill(0)
    if (!isDone) return false
    const line = await this.#jobs.run('read-log', () =>
      this.#workers.vault.call(async (api) => (await api.deviceLog()).findLast(({ code }) => code === 'recover')),
    )
    this.done = line ? { line, whole } : null
    return true
  }

  forgetFile(): void {
    this.#file?.privateKey.fill(0)
    this.#file = null
  }

  /** Nobody is in any more. */
  forget(): void {
    this.forgetFile()
    this.now = undefined
    this.done = null
  }
}
