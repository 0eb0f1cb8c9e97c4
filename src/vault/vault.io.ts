import { PipelineError } from '../core/errors.ts'
import type { JsonValue } from '../core/json.ts'
import type { CaseChange, CaseInit, CaseRecord, CaseSummary, StoredAsset } from './case.ts'
import type { Recipient } from './case-seals.ts'
import { commitChange, createCase, listCases, openCase, readAsset, sweepOrphans } from './cases.ts'
import { closeLogs } from './close-logs.ts'
import { lockedToDevice, newDeviceKey } from './device-key.ts'
import { enter, type Proof, rootOf, slotFor, strengthOf } from './entry.ts'
import { Gatekeeper, type Passed } from './gatekeeper.io.ts'
import { takeIn } from './inbox.ts'
import { takeKnocks } from './knocks.ts'
import { addModel, type KeptModel, listModels, readModel } from './models.ts'
import { checkPassphrase } from './passphrase.ts'
import type { PersonKeys } from './person-keys.ts'
import type { VaultRecords } from './records.ts'
import { recoveryKey } from './recovery.ts'
import { denied, type Verb } from './roles.ts'
import { finishRotation } from './rotate.ts'
import { type Opened, type Session, SessionHolder, type VaultOptions } from './session.io.ts'
import { PEOPLE_LIMITS, type SessionLimits } from './session-clock.ts'
import { readSetting, type Setting, type SettingName, writeSetting } from './settings.ts'
import { firstGiven } from './share.ts'
import { type KeySlot, newSlot, PRODUCTION_ITERATIONS, personOf } from './slot.ts'
import type { OldSlots } from './slot-keeper.io.ts'
import { StationVault } from './station-vault.io.ts'
import { requireKnownReceipts } from './take-receipt.ts'
import { assertProved, noteProof, provedByOwner, provedIn } from './weekly-proof.ts'

export type { VaultOptions } from './session.io.ts'

export const DEFAULT_IDLE_LOCK_MS = 15 * 60_000
/** Of a vault without people: it only ends by itself when nobody touches it. */
const SOLO_LIMITS: SessionLimits = { idleMs: DEFAULT_IDLE_LOCK_MS, longestMs: null, hiddenMs: null }

export interface VaultStatus {
  readonly state: 'none' | 'locked' | 'open' | 'teaching'
  /** Whether the browser promised not to evict the store; null when it cannot say. */
  readonly persisted: boolean | null
  /** Of the whole site; null when the browser does not say. */
  readonly usedBytes: number | null
  readonly oldSlots: OldSlots
}

export const PRODUCTION: Pick<VaultOptions, 'iterations' | 'now'> = {
  iterations: PRODUCTION_ITERATIONS,
  now: () => new Date(),
}

/** What a change of a case is, by what it stores. */
function verbOf({ assets }: CaseChange): Verb {
  const types = new Set(assets.map(({ type }) => type))
  if (types.has('volume')) return 'ingest'
  if (types.has('certainty')) return 'infer'
  if (types.has('mesh') || types.has('reference-mesh')) return 'mesh'
  return types.has('findings') ? 'qa' : 'edit'
}

const OWN_CODES = ['bundle', 'witness', 'lock', 'lock-late', 'stated-later', 'write-files', 'release-files', 'receipt']

/** What only the vault writes is not taken from a page. */
function requireOwnCodes({ audit }: CaseChange): void {
  if (audit.some(({ code }) => OWN_CODES.includes(code) || code.startsWith('statement/')))
    throw new PipelineError(
      'app/bad-parameter',
      'A line of the log names what only the vault writes. Nothing was stored.',
    )
}

/** Whose verb it is to change what is kept beside cases, where there are people. */
const SETTING_VERB: Readonly<Record<SettingName, Verb>> = {
  templates: 'edit',
  approvals: 'enrol',
  bench: 'receipt',
  prints: 'receipt',
  'print-stations': 'receipt',
  received: 'receipt',
  'seal-recipients': 'enrol',
  signers: 'receipt',
}

/**
 * The only holder of keys and the only one that opens the store. Lives in the vault worker. No key leaves it: verbs go
 * in, bytes for display come out. At most one session at a time; `lock` forgets its keys.
 */
export class Vault extends StationVault {
  readonly #holder: SessionHolder
  readonly #gate: Gatekeeper

  constructor(options: VaultOptions) {
    const holder = new SessionHolder(options)
    super(holder)
    this.#holder = holder
    this.#gate = new Gatekeeper(holder)
  }

  async status(): Promise<VaultStatus> {
    const { storage } = this.#holder.options
    const state = this.#holder.kind ?? ((await this.#holder.store.isThere()) ? 'locked' : 'none')
    const persisted = storage ? await storage.persisted().catch(() => null) : null
    const usedBytes = storage
      ? await storage.estimate().then(
          (e) => e.usage ?? null,
          () => null,
        )
      : null
    return { state, persisted, usedBytes, oldSlots: await this.#holder.store.oldSlots() }
  }

  /** Makes the vault of this device and opens it. Throws vault/weak-passphrase, vault/quota, app/bad-parameter. */
  async create(passphrase: string): Promise<void> {
    checkPassphrase(passphrase)
    const { options } = this.#holder
    const deviceKey = await newDeviceKey()
    const slot = await lockedToDevice(
      await newSlot(passphrase, options.iterations, options.now().toISOString()),
      deviceKey,
    )
    await this.#holder.store.addFirstSlot(slot, deviceKey)
    await this.unlock(passphrase)
  }

  /** `person`: whose passphrase it is; none: the owner's. Throws vault/none, vault/wrong-passphrase, vault/denied, vault/tampered. */
  unlock(passphrase: string, person?: string): Promise<void> {
    return this.#unlockWith({ passphrase }, person)
  }

  /** With what askPasskey gave; its output is wiped. Throws vault/none, vault/wrong-passphrase, vault/denied, vault/tampered. */
  unlockWithPasskey(credential: Uint8Array<ArrayBuffer>, output: Uint8Array<ArrayBuffer>): Promise<void> {
    return this.#unlockWith({ credential, output })
  }

  /** A session without account: keys in memory, its store deleted on lock and swept at the next start. */
  startTeaching(): Promise<void> {
    return this.#holder.beginTeaching(SOLO_LIMITS)
  }

  /** Forgets the keys and closes the store. What is being written is stored whole or not at all. */
  lock(): Promise<void> {
    return this.#holder.lock()
  }

  /** Locks after this long without a verb or a touch; where there are people, after two minutes at the latest. */
  setIdleLock(ms: number): void {
    if (!(ms > 0)) throw new PipelineError('app/bad-parameter', 'The idle lock needs a time above zero.', { ms })
    if (!this.#holder.kind) return
    const isShared = this.#holder.current().opened.person !== undefined
    this.#holder.clock.setIdle(isShared ? Math.min(ms, PEOPLE_LIMITS.idleMs) : ms)
  }

  /** Any sign of a person: begins the idle time anew. */
  touch(): void {
    this.#holder.touch()
  }

  /** The page is not seen any more: where there are people, the vault locks in 30 seconds. */
  hide(): void {
    this.#holder.clock.setHidden(true)
  }

  /** The page is seen again; too late, and the vault is locked. */
  show(): void {
    this.#holder.touch()
    this.#holder.clock.setHidden(false)
  }

  /** The page is left: where there are people, the vault locks at once. */
  async leave(): Promise<void> {
    if (this.#holder.kind && this.#holder.current().opened.person) await this.lock()
  }

  /** Milliseconds until the session ends; null when nothing is open. */
  lockInMs(): number | null {
    return this.#holder.clock.left()
  }

  listCases(): Promise<CaseSummary[]> {
    return this.#gate.shared(listCases)
  }

  /** Where there are people: Intake's. Its designers and auditors are given it. */
  createCase(init: CaseInit): Promise<string> {
    const { store, options } = this.#holder
    const given = async (person: PersonKeys): Promise<Recipient[]> => {
      const safe = await recoveryKey(store, person)
      return [...firstGiven(person, options.now()), ...(safe ? [{ person: safe, role: 'reviewer' as const }] : [])]
    }
    return this.#holder.write((session) =>
      this.#gate.through(session, { verb: 'ingest', given }, ({ vault }) => createCase(vault, init)),
    )
  }

  openCase(id: string): Promise<CaseRecord> {
    return this.#look(id, ({ vault }) => openCase(vault, id))
  }

  commit(caseId: string, change: CaseChange): Promise<string[]> {
    return this.#change(verbOf(change), caseId, async ({ vault, person, row }) => {
      if (person && (row?.seals?.epochs.length ?? 1) > 1) {
        await takeIn(vault, person, caseId)
        await finishRotation(vault, caseId)
      }
      requireOwnCodes(change)
      return commitChange(vault, caseId, change)
    })
  }

  readAsset(caseId: string, assetId: string): Promise<StoredAsset> {
    return this.#look(caseId, ({ vault }) => readAsset(vault, caseId, assetId))
  }

  readSetting(name: SettingName): Promise<Setting> {
    return this.#gate.shared((session) => readSetting(session, name))
  }

  /** `setting.revision` is the one that was read. Throws vault/busy, vault/quota, vault/locked, app/bad-parameter. */
  async writeSetting(name: SettingName, setting: Setting): Promise<void> {
    await this.#change(SETTING_VERB[name], undefined, async ({ vault }) => {
      if (name === 'prints') requireKnownReceipts((await readSetting(vault, name)).value, setting.value)
      await writeSetting(vault, name, setting)
    })
  }

  listModels(): Promise<KeptModel[]> {
    return this.#gate.shared(listModels)
  }

  /** The weights of a network. Throws vault/missing, vault/tampered, vault/locked. */
  readModel(id: string): Promise<Uint8Array<ArrayBuffer>> {
    return this.#gate.shared((session) => readModel(session, id))
  }

  /** Keeps a network and what is said of it; returns its id. Throws vault/busy, vault/quota, vault/locked, app/bad-parameter. */
  addModel(about: JsonValue, weights: Uint8Array): Promise<string> {
    return this.#change('enrol', undefined, ({ vault }) => addModel(vault, about, weights))
  }

  async removeModel(id: string): Promise<void> {
    await this.#change('enrol', undefined, ({ vault }) => vault.records.deleteModel(id))
  }

  /** Where there are people a case is shredded instead, by its custodians. */
  async deleteCase(id: string): Promise<void> {
    await this.#change('shred', id, async ({ vault, person }) => {
      if (person) throw denied('shred', 'no-proof')
      await vault.records.deleteCase(id)
    })
  }

  async #unlockWith(proof: Proof, whose?: string): Promise<void> {
    const { store, options } = this.#holder
    const slot = await slotFor(store, proof, whose)
    const root = await rootOf(store, slot, proof, options.iterations)
    const now = options.now()
    const { opened, proved } = await openedBy(store, slot, root, now)
    await assertProved(store, slot, opened, proved, now)
    await this.lock()
    this.#holder.begin(opened, opened.person ? PEOPLE_LIMITS : SOLO_LIMITS)
    // A second tab only reads: what is left over does no harm, and a passphrase not noted is asked for sooner.
    await this.#holder.write(sweepOrphans).catch(() => {})
    await this.#holder.write(({ store }) => store.tidySlots()).catch(() => {})
    if (slot.kind === 'passphrase')
      await this.#holder.write((session) => noteProof(session, session.opened, proved)).catch(() => {})
    await this.#holder
      .write((session) => closeLogs(session, session.opened.person ?? null, 'lock-late', () => true))
      .catch(() => {})
    await this.#holder.write(writeKnocks).catch(() => {})
  }

  async #look<T>(caseId: string, work: (passed: Passed) => Promise<T>): Promise<T> {
    return this.#gate.look({ verb: 'open', caseId }, work)
  }

  #change<T>(verb: Verb, caseId: string | undefined, work: (passed: Passed) => Promise<T>): Promise<T> {
    const asked = { verb, ...(caseId === undefined ? {} : { caseId }) }
    return this.#holder.write((session) => this.#gate.through(session, asked, work))
  }
}

/** Whose keys a root key opens, and when they last typed their passphrase. Throws 'vault/tampered', 'vault/denied'. */
async function openedBy(
  records: VaultRecords,
  slot: KeySlot,
  root: CryptoKey,
  now: Date,
): Promise<{ readonly opened: Opened; readonly proved: string | null }> {
  const rows = await records.people()
  const strength = strengthOf(slot)
  if (rows.length === 0) return { opened: { master: root, strength }, proved: await provedByOwner(records, root) }
  const id = personOf(slot)
  const { person, written, lines } = await enter(records, rows, id, root, now)
  return { opened: { person, written, strength }, proved: provedIn(lines, id) }
}

async function writeKnocks(session: Session): Promise<void> {
  if (session.opened.person) await takeKnocks(session, session.opened.person)
}
