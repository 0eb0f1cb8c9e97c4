import * as Comlink from 'comlink'
import type { Context } from '../core/stage.ts'
import type { Desk } from './desk.svelte.ts'
import { type CaseRelease, knownReleases } from './known-releases.ts'
import { listener } from './step-parts.ts'
import type { FileVerdict, VerifyFileView } from './verify-view.ts'

/** Holds files that came back against everything that left this program, whichever case is open. */
export class FileVerifier implements VerifyFileView {
  found = $state.raw<FileVerdict | null>(null)
  readonly #desk: Pick<Desk, 'jobs' | 'workers'>
  readonly #isVaultOpen: () => boolean

  constructor(desk: Pick<Desk, 'jobs' | 'workers'>, isVaultOpen: () => boolean) {
    this.#desk = desk
    this.#isVaultOpen = isVaultOpen
  }

  async verify(file: File): Promise<void> {
    if (this.#desk.jobs.busy) return
    this.found = null
    this.found = await this.#desk.jobs.run('verify-file', (ctx) => this.#verify(file, ctx))
  }

  /** When the vault is locked: the verdict tells of its cases. */
  forget(): void {
    this.found = null
  }

  async #verify(file: File, ctx: Context): Promise<FileVerdict> {
    const { workers } = this.#desk
    const known = this.#isVaultOpen() ? await knownReleases(workers, ctx.signal) : null
    const releases = known ?? []
    const sent = releases.map(({ traceId, fileDigests, kept }) => ({
      ...{ traceId, fileDigests },
      fileName: kept?.fileName ?? null,
    }))
    const readFile = Comlink.proxy((n: number) => this.#read(releases[n], ctx))
    const found = await workers.measure.call(
      (api) => api.verifyFile(file, file.name, sent, readFile, ctx.signal, listener(ctx)),
      ctx.signal,
    )
    const { verdict } = found
    const from = verdict.verdict === 'not-ours' ? null : releases.find(({ traceId }) => traceId === verdict.traceId)
    return { ...found, fileName: file.name, from: from?.pseudonym ?? null, releases: known && releases.length }
  }

  async #read(release: CaseRelease | undefined, { signal }: Context): Promise<Blob> {
    const kept = release?.kept
    if (!release || !kept) throw new Error('no file of this release is kept')
    const { bytes } = await this.#desk.workers.vault.call((api) => api.readAsset(release.caseId, kept.assetId), signal)
    return new Blob([bytes as Uint8Array<ArrayBuffer>])
  }
}
