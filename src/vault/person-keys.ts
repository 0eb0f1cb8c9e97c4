import { PipelineError } from '../core/errors.ts'
import type { Role } from '../core/role.ts'
import {
  type CaseKeys,
  type EpochSeals,
  firstSeals,
  keysOf,
  newCaseKeyBytes,
  newEpoch,
  type Recipient,
} from './case-seals.ts'
import { importSealKey } from './chunked.ts'
import { type Envelope, type Giver, openEnvelope } from './envelope.ts'
import type { KeySet } from './key-set.ts'
import type { People, Person } from './person.ts'
import type { CaseRow } from './records.ts'
import { denied } from './roles.ts'
import type { SiteKeys } from './site.ts'
import type { VaultKeys, Who } from './vault-keys.ts'

/** The person of a session: their keys, the people around them, and what they are doing now. */
export class PersonKeys implements VaultKeys {
  readonly me: Person
  readonly people: People
  readonly site: SiteKeys
  readonly who: Who | null
  readonly #keys: KeySet
  readonly #given: readonly Recipient[]

  constructor(
    me: Person,
    people: People,
    keys: KeySet,
    site: SiteKeys,
    role: Role | null = null,
    given: Recipient[] = [],
  ) {
    this.me = me
    this.people = people
    this.site = site
    this.#keys = keys
    this.#given = given
    this.who = role ? { by: me.id, role } : null
  }

  /** The same person in this role; a new case is given to `given`. */
  as(role: Role, given: Recipient[] = []): PersonKeys {
    return new PersonKeys(this.me, this.people, this.#keys, this.site, role, given)
  }

  /** The same person among the people, and with the site keys, as they are now. */
  among(people: People, site: SiteKeys): PersonKeys {
    return new PersonKeys(people.get(this.me.id) ?? this.me, people, this.#keys, site)
  }

  get founder() {
    return this.#keys.founder
  }

  get giver(): Giver {
    return { id: this.me.id, key: this.#keys.sign.privateKey }
  }

  get signPair(): CryptoKeyPair {
    return this.#keys.sign
  }

  /** To open what was sealed to this person. */
  get receive(): CryptoKeyPair {
    return this.#keys.receive
  }

  settings = async () => this.site.settings
  models = async (epoch = this.modelEpoch) => {
    const key = this.site.models[epoch]
    if (key) return key
    throw new PipelineError('vault/tampered', 'That network is under a key that is not there. It can be removed.')
  }
  get modelEpoch() {
    return this.site.models.length - 1
  }

  envelope({ seals }: CaseRow, epoch?: EpochSeals): Envelope | undefined {
    return (epoch ?? seals?.epochs[0])?.envelopes.find(({ person }) => person === this.me.id)
  }

  /** A share of a case key as bytes, which the caller wipes. Throws 'vault/denied', 'vault/tampered'. */
  async share(row: CaseRow, epoch?: EpochSeals) {
    const seals = epoch ?? row.seals?.epochs[0]
    const envelope = this.envelope(row, seals)
    if (!seals || !envelope) throw denied('open', 'not-on-case')
    const place = { case: row.id, epoch: seals.epoch }
    return { role: envelope.role, share: await openEnvelope(place, envelope, this.#keys.receive, this.people) }
  }

  /** The keys of a case that this person was given. Throws 'vault/denied', 'vault/tampered'. */
  async caseKeys(row: CaseRow, epoch?: EpochSeals): Promise<CaseKeys> {
    const { role, share } = await this.share(row, epoch)
    return keysOf(role, share)
  }

  async caseKey(row: CaseRow, epoch?: EpochSeals): Promise<CryptoKey> {
    const { whole } = await this.caseKeys(row, epoch)
    if (!whole) throw denied('open', 'role')
    return whole
  }

  async newCase(id: string, now: Date) {
    const raw = newCaseKeyBytes()
    const seals = await newEpoch({ case: id, epoch: 0 }, raw, this.#given, this.giver, now)
    return { key: await importSealKey(raw), sealed: { envelope: new Uint8Array(), seals: firstSeals(seals) } }
  }
}
