import { fromHex } from '../core/bytes.ts'
import { PipelineError } from '../core/errors.ts'
import type { Context } from '../core/stage.ts'
import { openHandover } from '../export/handover/open.ts'
import { addressOf, fingerprintOf, type PrintStation } from '../export/handover/print-station.ts'
import type { PrintedWith } from '../export/handover/receipt.ts'
import { type OpenedFile, withReceipt, withReceived } from '../export/handover/received.ts'
import {
  type HandoverSigner,
  handoverSigner,
  openSigned,
  withoutSigner,
  withSigner,
} from '../export/handover/signers.ts'
import { releaseTermsOf } from '../trace/release-terms.ts'
import { noStation } from '../vault/station-key.ts'
import type { StationStanding } from '../vault/station-vault.io.ts'
import type { Desk } from './desk.svelte.ts'
import { download } from './download.io.ts'
import { RECEIPT_ENDING, type StationView, type UnknownSigner } from './station-view.ts'

const receiptName = (fileName: string) => `${fileName.replace(/\.[a-z0-9]+$/, '')}${RECEIPT_ENDING}`

/** Opens what was sealed for this device, signs what was printed of it, and takes in what other stations sign. */
export class Station implements StationView {
  standing = $state<StationView['standing']>('unknown')
  own = $state.raw<PrintStation | null>(null)
  without = $state.raw<readonly string[]>([])
  me = $state.raw<UnknownSigner | null>(null)
  unknown = $state.raw<UnknownSigner | null>(null)
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
  }

  get signers() {
    return this.#desk.signers.kept.signers.toSorted((a, b) => a.name.localeCompare(b.name, 'en'))
  }
  get opened() {
    return (this.#desk.received.kept.opened ?? []).toReversed()
  }
  get handedOver() {
    return (this.#desk.prints.kept.handedOver ?? []).toReversed()
  }

  /** Looks at the open vault: its key of a station, and what who is here signs with. Throws those of the vault. */
  async look(): Promise<void> {
    const { vault } = this.#desk.workers
    const me = await vault.call((api) => api.whoAmI())
    if (me && !me.roles.includes('operator')) {
      this.#forgetKeys()
      this.standing = 'not-yours'
      return
    }
    const signs = await vault.call((api) => api.whoSigns())
    this.me = { publicKey: signs.publicKey, fingerprint: signs.keyId }
    const standing: StationStanding = await vault.call(async (api) => await api.station())
    await this.#show(standing)
    const { state } = await vault.call((api) => api.status())
    if (state === 'teaching') this.standing = 'teaching'
  }

  forget(): void {
    this.#forgetKeys()
    this.standing = 'unknown'
    this.unknown = null
  }

  async makeKey(): Promise<void> {
    await this.#desk.jobs.run('make-station', async () => {
      await this.#desk.workers.vault.call((api) => api.makeStation())
      await this.look()
    })
  }

  async giveKey(): Promise<void> {
    await this.#desk.jobs.run('make-station', async () => {
      await this.#desk.workers.vault.call((api) => api.giveStation())
      await this.look()
    })
  }

  readSigner = (publicKey: string, name: string) =>
    this.#desk.jobs.run('read-station', () => handoverSigner(publicKey, name))

  async pinSigner(signer: HandoverSigner, areCompared: boolean): Promise<boolean> {
    const at = new Date().toISOString()
    const pinned = await this.#desk.jobs.run('keep-stations', async () => {
      await this.#desk.signers.change((kept) => withSigner(kept, signer, { areCompared, at }))
      if (this.unknown?.fingerprint === signer.fingerprint) this.unknown = null
      return true
    })
    return pinned ?? false
  }

  async unpinSigner(fingerprint: string): Promise<void> {
    await this.#desk.jobs.run('keep-stations', () =>
      this.#desk.signers.change((kept) => withoutSigner(kept, fingerprint)),
    )
  }

  async open(sealed: Blob): Promise<boolean> {
    const done = await this.#desk.jobs.run('open-sealed', (ctx) => this.#naming(() => this.#opened(sealed, ctx)))
    return done ?? false
  }

  async signReceipt(file: OpenedFile, said: PrintedWith): Promise<void> {
    await this.#desk.jobs.run('sign-receipt', async () => {
      const { nonce, file: digest } = file
      const signed = await this.#desk.workers.vault.call((api) => api.signReceipt({ nonce, file: digest }, said))
      const text = await new Blob([new Uint8Array(signed)]).text()
      const receipt = {
        printer: said.printer.trim(),
        material: said.material.trim(),
        at: new Date().toISOString(),
        text,
      }
      await this.#desk.received.change((kept) => withReceipt(kept, file, receipt))
      this.saveReceipt({ ...file, receipt })
    })
  }

  saveReceipt({ fileName, receipt }: OpenedFile): void {
    if (receipt) download(receiptName(fileName), new Blob([receipt.text]), 'application/json')
  }

  async takeReceipt(file: Blob): Promise<boolean> {
    const done = await this.#desk.jobs.run('take-receipt', () => this.#naming(() => this.#taken(file)))
    return done ?? false
  }

  async #opened(sealed: Blob, ctx: Context): Promise<true> {
    const { desk, identity } = { desk: this.#desk, identity: await this.#identity() }
    const readStatement = async (statement: Uint8Array) => {
      const { payload, signedBy } = await openSigned(statement, desk.signers.kept.signers)
      return releaseTermsOf(
        payload,
        signedBy.map(({ publicKey }) => fromHex(publicKey)),
      )
    }
    const spend = (one: OpenedFile) => desk.received.change((kept) => withReceived(kept, one))
    const { fileName, file } = await openHandover(sealed, { identity, readStatement, spend, now: new Date() }, ctx)
    download(fileName, file)
    return true
  }

  async #taken(file: Blob): Promise<true> {
    const { prints, workers } = this.#desk
    await prints.changedBy(() => workers.vault.call((api) => api.takeReceipt(file)))
    return true
  }

  /** Remembers who signed what is refused for it, so that they can be compared. */
  async #naming<T>(work: () => Promise<T>): Promise<T> {
    this.unknown = null
    try {
      return await work()
    } catch (error) {
      if (error instanceof PipelineError && error.code === 'handover/unknown-signer') {
        const { keyId, publicKey } = error.detail
        this.unknown = { publicKey: String(publicKey), fingerprint: String(keyId) }
      }
      throw error
    }
  }

  async #identity() {
    await this.look()
    const { vault } = this.#desk.workers
    if (this.own === null) throw noStation(this.standing === 'closed' ? 'closed' : 'none')
    const { recipient } = this.own
    return { recipient, fileKey: (header: Uint8Array) => vault.call((api) => api.stationFileKey(header)) }
  }

  async #show(station: StationStanding): Promise<void> {
    this.standing = station.state
    if (station.state !== 'own') {
      this.own = null
      this.without = []
      return
    }
    const recipient = addressOf(fromHex(station.publicKey))
    this.own = { name: '', recipient, fingerprint: await fingerprintOf(recipient) }
    const { rows } = this.#desk.people
    this.without = rows.filter(({ id }) => station.without.includes(id)).map(({ staff }) => staff)
  }

  #forgetKeys(): void {
    this.own = null
    this.without = []
    this.me = null
  }
}
