import { getContext, setContext } from 'svelte'
import type { PersonRow } from '../../app/people-view.ts'
import type { SessionView } from '../../app/session-view.ts'
import type { Role } from '../../core/role.ts'
import { dayOf } from '../../infer/approval.ts'
import type { NewPerson } from '../../vault/enrol.ts'
import type { Validity } from '../../vault/person.ts'
import { ADD_PERSON, KEYS } from '../people.en.ts'
import { VAULT } from '../start.en.ts'

const SHORTEST = 12

/** A passphrase typed twice. It is not kept in the page longer than needed: `take` empties both fields. */
export class NewPassphrase {
  first = $state('')
  again = $state('')
  readonly isReady = $derived(this.first.length >= SHORTEST && this.first === this.again)
  readonly hint = $derived.by(() => {
    if (this.first === '') return ''
    if (this.first.length < SHORTEST) return VAULT.none.short(SHORTEST - this.first.length)
    return this.again !== '' && this.again !== this.first ? VAULT.none.differ : ''
  })

  take(): string {
    const passphrase = this.first
    this.first = ''
    this.again = ''
    return passphrase
  }
}

export const isStaff = (text: string) => /^\d{4}$/.test(text)

const inDays = (days: number) => {
  const now = new Date()
  return dayOf(new Date(now.getFullYear(), now.getMonth(), now.getDate() + days))
}
const endOf = (day: string) => new Date(`${day}T23:59:59`).toISOString()

/** From when until when somebody may be here, as days of the calendar. */
export class TimeDraft {
  from = $state(inDays(0))
  until = $state(inDays(365))
  last = $state(inDays(730))
  readonly inOrder = $derived(this.from !== '' && this.from <= this.until && this.until <= this.last)
  readonly #first: { readonly day: string; readonly at: string }

  /** The time that somebody has; none: a year for something new, two for looking. */
  constructor(given: Validity | null = null) {
    if (given) {
      this.from = dayOf(new Date(given.notBefore))
      this.until = dayOf(new Date(given.originateUntil))
      this.last = dayOf(new Date(given.consumeUntil))
    }
    this.#first = { day: this.from, at: given?.notBefore ?? new Date().toISOString() }
  }

  /** A first day that was not changed stays the instant it was. */
  validity(): Validity {
    const notBefore = this.from === this.#first.day ? this.#first.at : new Date(`${this.from}T00:00:00`).toISOString()
    return { notBefore, originateUntil: endOf(this.until), consumeUntil: endOf(this.last) }
  }
}

/** The person who is being added. */
export class PersonDraft {
  staff = $state('')
  roles = $state.raw<readonly Role[]>([])
  readonly time = new TimeDraft()
  readonly words = new NewPassphrase()

  toggle(role: Role): void {
    this.roles = this.roles.includes(role) ? this.roles.filter((one) => one !== role) : [...this.roles, role]
  }

  /** What is wrong with the staff number; null when nothing is, or it is still being typed. */
  wrongStaff(rows: readonly PersonRow[]): string | null {
    if (rows.some(({ staff }) => staff === this.staff)) return ADD_PERSON.taken
    return this.staff === '' || isStaff(this.staff) ? null : ADD_PERSON.digits
  }

  isReady(rows: readonly PersonRow[]): boolean {
    const isNumbered = isStaff(this.staff) && this.wrongStaff(rows) === null
    return isNumbered && this.roles.length > 0 && this.time.inOrder && this.words.isReady
  }

  /** Empties the passphrase. */
  take(): NewPerson {
    const { staff, roles, time, words } = this
    return { staff, roles, passphrase: words.take(), ...time.validity() }
  }
}

/** The first two people: the owner, who keeps a passphrase, and a custodian. */
export class SetUpDraft {
  owner = $state('')
  custodian = $state('')
  readonly words = new NewPassphrase()
  readonly isSame = $derived(isStaff(this.owner) && this.owner === this.custodian)
  readonly isReady = $derived(isStaff(this.owner) && isStaff(this.custodian) && !this.isSame && this.words.isReady)

  wrong(text: string): string | null {
    return text.length < 4 || isStaff(text) ? null : ADD_PERSON.digits
  }
}

/** Who was given a case knows its pseudonym; the others its number. */
export const caseNameOf = ({ cases }: Pick<SessionView, 'cases'>, id: string) =>
  cases.find((row) => row.id === id)?.pseudonym || KEYS.caseName(id)

/** What is chosen in People. Never stored. */
export class PeopleState {
  /** Id of a person, or of a case. */
  chosen = $state<string | null>(null)
  panel = $state<'person' | 'add' | 'case'>('person')
  tab = $state<'people' | 'keys'>('people')

  choose(panel: 'person' | 'case', id: string): void {
    this.panel = panel
    this.chosen = id
  }

  /** The person who is shown: the chosen one, else who is in. */
  rowOf(rows: readonly PersonRow[], me: PersonRow | null): PersonRow | null {
    return rows.find(({ id }) => id === this.chosen) ?? me
  }
}

const KEY = Symbol('people')
export const providePeople = (people: PeopleState): PeopleState => setContext(KEY, people)
export const usePeople = (): PeopleState => getContext<PeopleState>(KEY)
