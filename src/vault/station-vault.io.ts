import { PipelineError } from '../core/errors.ts'
import { toHex } from '../core/hash.ts'
import type { Maker } from '../trace/statement.ts'
import { Gatekeeper, type Passed } from './gatekeeper.io.ts'
import { KeyVault } from './key-vault.io.ts'
import type { Session, SessionHolder } from './session.io.ts'
import { givenStationKey, newStationKey, noStation, openStationKey, type StationHolder } from './station-key.ts'
import { foundReceipt, keepReceipt } from './take-receipt.ts'
import { siteLine } from './verb-gate.io.ts'

/**
 * How this device stands as a print station, to who is at it: 'none' was made; 'closed' to them; or their own, by its public half
 * (X25519, raw, hex) and with the ids of operators who were not given it.
 */
export type StationStanding =
  | { readonly state: 'none' | 'closed' }
  | { readonly state: 'own'; readonly publicKey: string; readonly madeAt: string; readonly without: readonly string[] }

const holderOf = (session: Pick<Session, 'opened'>, { vault, person }: Passed): StationHolder => ({
  vault,
  person,
  master: session.opened.master,
})

/** Verbs of the key of this print station: an operator's, or of the owner of a vault without people. */
export class StationVault extends KeyVault {
  readonly #holder: SessionHolder
  readonly #gate: Gatekeeper

  constructor(holder: SessionHolder) {
    super(holder)
    this.#holder = holder
    this.#gate = new Gatekeeper(holder)
  }

  /** Throws 'vault/tampered', 'vault/locked', 'vault/denied' for who is no operator. */
  async station(): Promise<StationStanding> {
    const key = await this.#open()
    if (key === 'none' || key === 'closed') return { state: key }
    const without = key.without.map(({ id }) => id)
    return { state: 'own', publicKey: toHex(key.publicKey), madeAt: key.madeAt, without }
  }

  /** Makes this device a print station, or gives it another key: what was sealed for the one of before opens nowhere any more. */
  makeStation(): Promise<void> {
    return this.#change('station-key', newStationKey)
  }

  /** Gives the key to every operator of today. Throws 'vault/missing' for who does not have it. */
  giveStation(): Promise<void> {
    return this.#change('give-station-key', (holder) => {
      if (!holder.person) throw new PipelineError('app/bad-parameter', 'There is nobody to give it to.')
      return givenStationKey(holder, holder.person)
    })
  }

  /**
   * Takes in a receipt that a station sent, signed by one whose signature counts: an operator of its case; without people, the owner.
   * Throws 'handover/unknown-signer', 'handover/no-receipt', 'trace/bad-signature', 'trace/bad-envelope', 'vault/denied'.
   */
  takeReceipt(file: Blob): Promise<void> {
    const { readReceipt } = this.#holder.options
    if (!readReceipt) throw new Error('this vault reads no receipts')
    return this.#holder.write(async (session) => {
      const ask = { verb: 'receipt' } as const
      const found = await this.#gate.through(session, ask, ({ vault }) => foundReceipt(vault, file, readReceipt))
      const onCase = { ...ask, caseId: found.of.caseId }
      await this.#gate.through(session, onCase, ({ vault, person }) => keepReceipt(vault, person, found))
    })
  }

  /** Opens what was sealed for this station; not readable. Only for the worker. Throws 'handover/no-station'. */
  protected async stationKey(): Promise<CryptoKey> {
    const key = await this.#open()
    if (key !== 'none' && key !== 'closed') return key.privateKey
    throw noStation(key)
  }

  /** Signs receipts of this station. Only for the worker. Throws 'vault/denied' for who is no operator. */
  protected async stationMaker(): Promise<Maker> {
    const { role, at } = await this.#gate.look({ verb: 'receipt' }, async ({ role: as, vault }) => {
      return { role: as, at: vault.now().toISOString() }
    })
    return { signer: await this.signer(), role, at, policy: null }
  }

  #open() {
    const session = this.#holder.current()
    return this.#gate.look({ verb: 'receipt' }, (passed) => openStationKey(holderOf(session, passed)))
  }

  #change(code: string, rowOf: (holder: StationHolder) => ReturnType<typeof newStationKey>): Promise<void> {
    return this.#holder.write((session) =>
      this.#gate.through(session, { verb: 'receipt' }, async (passed) => {
        if (session.kind === 'teaching')
          throw new PipelineError(
            'handover/no-station',
            'A teaching session forgets its keys when it ends, so it can be no print station. Make a vault first.',
          )
        const row = await rowOf(holderOf(session, passed))
        const { vault, person } = passed
        // A device without people has no log.
        const { log, site } = person ? await siteLine(vault, person, code, []) : { log: [], site: [] }
        vault.assertOpen()
        await vault.records.apply({ log, site: [...site, row] })
      }),
    )
  }
}
