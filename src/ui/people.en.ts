import type { PersonRow, Standing } from '../app/people-view.ts'
import type { Role } from '../core/role.ts'
import type { AuditRecord } from '../vault/case.ts'
import type { Refusal, Verb } from '../vault/roles.ts'
import type { CasePeople } from '../vault/share.ts'
import { clock, count, plural } from './format.ts'

export const ROLE: Readonly<Record<Role, string>> = {
  intake: 'Intake',
  designer: 'Designer',
  reviewer: 'Reviewer',
  operator: 'Operator',
  auditor: 'Auditor',
  custodian: 'Custodian',
}

export const ROLE_ACT: Readonly<Record<Role, string>> = {
  intake: 'Opens scans and hands them in. Cannot open what was handed in.',
  designer: 'Marks, makes and checks the part, and gives the case to others.',
  reviewer: 'Looks at a case of somebody else and approves a file of it.',
  operator: 'Prints what was approved, and writes down how the print came out.',
  auditor: 'Reads what was done in a case and on this device. Opens no scan.',
  custodian: 'Adds people, ends their time and renews keys. Opens no case.',
}

const person = (staff: string) => `Staff ${staff}`
const list = (words: readonly string[]) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
export const roleList = (roles: readonly Role[]) => roles.map((role) => ROLE[role]).join(', ')
/** As in "Staff 0142, Designer". */
export const personText = ({ staff, roles }: Pick<PersonRow, 'staff' | 'roles'>) =>
  `${person(staff)}, ${roleList(roles)}`
export const staffList = (staff: readonly string[]) => list(staff.map(person))
/** The last two digits of a staff number, as a mark. */
export const staffMark = (staff: string) => staff.slice(-2)

const day = (iso: string) =>
  new Date(iso).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })

export const STANDING: Readonly<Record<Standing, string>> = {
  active: 'May work',
  looking: 'May look',
  'not-yet': 'Not yet',
  expired: 'Time is over',
  revoked: 'Taken off',
}
/** Why somebody is not offered at the door; empty for who is. */
export const standingWhy = (row: PersonRow): string => {
  if (row.standing === 'not-yet') return `begins on ${day(row.notBefore)}`
  if (row.standing === 'expired') return `ended on ${day(row.consumeUntil)}`
  return row.revokedAt === null ? '' : `taken off on ${day(row.revokedAt)}`
}

export const UNLOCK = {
  title: 'Who are you?',
  lead: 'Choose yourself and enter your own passphrase. You see what your role is for, and nothing else.',
  who: 'Person',
  passphrase: 'Your passphrase',
  act: 'Unlock',
  passkey: 'Use your passkey',
  notListed: 'Somebody is not in the list',
  because: (row: PersonRow) => `${personText(row)}: ${standingWhy(row)}.`,
  ask: (custodians: readonly string[]) =>
    custodians.length === 0
      ? 'No custodian is left on this device.'
      : `${staffList(custodians)} can add them, as custodian.`,
}

export const PEOPLE = {
  title: 'People',
  lead: 'Who works on this device, as what, and for how long.',
  list: 'Everybody on this device',
  columns: { who: 'Person', roles: 'Roles', from: 'From', until: 'Works until', last: 'Looks until', state: 'State' },
  day,
  person,
  you: 'you',
  add: 'Add a person',
  whoCan: (custodians: readonly string[]) =>
    `Adding people, ending their time and renewing keys is for a custodian: ${staffList(custodians) || 'nobody now'}.`,
  neededWhy: {
    intake: 'Without Intake no scan is handed in.',
    designer: 'Without a designer nobody opens a scan that is handed in.',
    reviewer: 'Without a reviewer nothing is approved.',
    operator: 'Without an operator nothing that was approved is printed.',
  } satisfies Partial<Record<Role, string>>,
  empty: {
    title: 'One passphrase opens everything here',
    lead: 'Whoever knows it may do everything, and nothing says who did what. With people each has a passphrase and a role of their own, a case opens only for those it was given to, and each refusal is written down.',
    roles: 'Roles',
    teaching: 'A teaching session is over with its tab, so it has no people. End it and make a vault first.',
    none: 'People belong to a vault that is kept on this device. Make one first.',
    locked: 'Unlock the vault to set up people in it.',
  },
}

export const SET_UP = {
  title: 'Set up people',
  lead: 'Two people to begin with. The custodian adds the others.',
  owner: 'You',
  ownerLead: 'You become the designer of all cases that are here. Your passphrase stays.',
  custodian: 'The first custodian',
  custodianLead: 'Somebody else. They choose a passphrase of their own and type it here, twice.',
  staff: 'Staff number, four digits',
  ownStaff: 'Your staff number, four digits',
  first: 'Passphrase of the custodian',
  again: 'The same passphrase again',
  what: [
    'Each case is sealed to you. Somebody else opens it only once you have given it to them.',
    'Scans are handed in by Intake from then on, whom the custodian adds.',
    'The vault locks afterwards. It cannot be turned back into a vault with one passphrase.',
  ],
  act: 'Set up people and lock',
  same: 'Two people need two staff numbers.',
}

export const ADD_PERSON = {
  title: 'Add a person',
  lead: 'The person is here and chooses their passphrase. Nobody can look it up later.',
  staff: SET_UP.staff,
  taken: 'Somebody has this number.',
  digits: 'Four digits.',
  roles: 'Roles',
  first: 'Passphrase, typed by the person',
  again: 'The same passphrase again',
  from: 'From',
  until: 'Works until',
  last: 'Looks until',
  untilWhy: 'After the first day nothing new can be made; after the second nothing is opened.',
  order: 'The days are in another order.',
  act: 'Add the person',
  cancel: 'Cancel',
}

export const ONE = {
  none: 'Choose somebody in the list.',
  since: 'Added',
  from: 'From',
  until: 'Works until',
  last: 'Looks until',
  ended: 'Taken off',
  cases: 'Cases',
  noCases: 'none',
  time: 'Change their time',
  timeLead: 'On a case they are already on it counts once its key is renewed, or its designer gives it to them again.',
  timeAct: 'Write it down',
  end: 'End their time',
  endLead: (row: PersonRow, cases: number) =>
    `${person(row.staff)} cannot come in any more, from now on, and the keys of this device's settings and log are renewed. ${
      cases === 0
        ? 'They are on no case.'
        : `${plural(cases, 'case of theirs gets', 'cases of theirs get')} a new key, so nothing stored from then on opens for them. The others on ${cases === 1 ? 'it' : 'them'} go on as before.`
    } This cannot be undone.`,
  own: 'This is you.',
  proof: 'Your own passphrase again',
  endAct: 'End their time now',
  cancel: 'Cancel',
}

export const KEYS = {
  cases: 'Cases',
  casesLead: 'Who is on which case. What is in it is not shown here.',
  noCases: 'There is no case yet.',
  caseName: (id: string) => `Case ${id.slice(0, 4)} ${id.slice(4, 8)}`,
  columns: { name: 'Case', people: 'On it', state: 'Key' },
  keyState: ({ epoch, rotating }: Pick<CasePeople, 'epoch' | 'rotating'>) =>
    rotating ? 'New one waits for a designer' : epoch === 0 ? 'First' : `Renewed ${plural(epoch, 'time', 'times')}`,
  waiting: (n: number) => `${plural(n, 'scan waits', 'scans wait')} to be taken in`,
  renew: 'Renew the key',
  renewCase: (name: string) => `Renew the key of ${name}`,
  renewLead: 'Those who stay get a new key. It is used from the next change by a designer on.',
  leaving: 'Who leaves the case',
  renewAct: 'Renew the key now',
  deviceLead:
    'A second lock around every passphrase slot, so that a copied slot cannot be guessed at. A new one takes its place; all passphrases stay.',
  deviceAct: 'Renew the key of this device',
  cancel: 'Cancel',
}

export const SHARE = {
  column: 'On it',
  open: (name: string) => `Who is on ${name}`,
  title: (name: string) => `People on ${name}`,
  lead: 'Whoever is on a case in one role cannot get another one on it.',
  who: 'Give it to',
  nobody: 'Nobody else on this device could be given this case.',
  act: 'Give the case',
  close: 'Close',
  notYours: 'Only the designer of the case gives it to others.',
  looking: 'Only to look at',
  takeIn: 'Take in',
  handedIn: 'Handed in by Intake',
}

export const HAND_IN = {
  title: 'Hand in this scan',
  lead: (designers: readonly string[]) =>
    `It is sealed for ${staffList(designers)}. You cannot open it afterwards, and it leaves this screen.`,
  nobody: 'There is no designer who could open it. A custodian can add one.',
  act: 'Hand in',
  away: 'Put it away',
  awayWhy: 'Nothing of it is stored until you hand it in.',
  side: 'Its designer says which side it is.',
  bar: 'Not handed in yet',
  done: (name: string) => `Handed in as ${name}. Its designers find it in their library.`,
  notYou: (intake: readonly string[]) =>
    `Scans are handed in by Intake: ${staffList(intake) || 'nobody yet, a custodian can add someone'}.`,
  noSample: 'The sample needs a teaching session. Lock, then start one below.',
  noCases: 'No case was given to you. A new scan is handed in by Intake, and its designer gives it on.',
}

/** What was asked of the vault, as in "Refused: to change a case". */
const ASKED: Readonly<Record<Verb | 'unlock', string>> = {
  unlock: 'to come in',
  ingest: 'to hand in a scan',
  open: 'to open a case',
  infer: 'to run a network on a case',
  edit: 'to change a case',
  mesh: 'to change a part',
  qa: 'to check a part',
  approve: 'to approve a file',
  release: 'to release a file',
  receipt: 'to write down a print',
  readAudit: 'to read a log',
  witness: 'to confirm a checkpoint of a log',
  enrol: 'to add something to this device',
  rotate: 'to renew keys or end the time of somebody',
  shred: 'to shred a case',
}
const BECAUSE: Readonly<Record<Refusal | 'passphrase-due', string>> = {
  'passphrase-due': 'they came with a passkey alone, and had not typed their passphrase for a week',
  role: 'their role does not do this',
  'not-on-case': 'they are not on the case',
  'own-work': 'they worked on the case themselves',
  'two-roles': 'one role on a case is all',
  'not-yet': 'their time had not begun',
  expired: 'their time was over',
  revoked: 'they were taken off',
  clock: 'the clock of the computer was behind',
  stale: 'the case was changed meanwhile',
  replayed: 'the release was used up',
  'late-release': 'the release was older than 30 days',
  'not-stated': 'it was checked or approved before either was signed',
  'no-proof': 'the passphrase was not given again, or was wrong',
  'no-reviewer': 'there is no reviewer',
  'second-custodian': 'a second custodian had to confirm',
  'last-custodian': 'they were the last custodian',
  'last-designer': 'nobody would be left who designs the case',
  'own-roles': 'nobody changes their own roles',
  'rests-on-them': 'their own place here rests on the word of that person',
  'scan-waits': 'a scan they handed in was not taken in yet',
}
const DONE: Readonly<Record<string, (about: string) => string>> = {
  'set-up': () => 'Set up people, with themself as custodian',
  enrol: (about) => `Added ${about}`,
  extend: (about) => `Changed the time of ${about}`,
  'renew-keys': () => 'Renewed keys of their own',
  revoke: (about) => `Ended the time of ${about}`,
  ingest: (about) => `Handed in a scan: ${about}`,
  rotate: (about) => `Renewed the key of ${about}`,
  passphrase: () => 'Came in with their passphrase',
  'change-passphrase': () => 'Changed their passphrase',
  'shred-back': (about) => `Took back the request to shred ${about}`,
  'add-passkey': () => 'Added a passkey for themself',
  'remove-passkey': () => 'Removed a passkey of theirs',
  backup: () => 'Began a backup of the vault',
  'recovery-key': () => 'Made a key for the safe',
  'rotate-device': () => 'Renewed the key of this device',
  'station-key': () => 'Made the key of this print station',
  'give-station-key': () => 'Gave the key of this print station to all operators',
  'shred-asked': (about) => `Asked to shred ${about}`,
  shred: (about) => `Shredded ${about}`,
}
const spaced = (code: string) => code.replace(/[-/]/g, ' ')

export const LOG = {
  title: 'Log of this device',
  lead: 'Each line is bound to the one before it. A line that is cut out or changed is found.',
  read: 'Read the log',
  again: 'Read it again',
  whoReads: (readers: readonly string[]) => `Auditors and custodians read it: ${staffList(readers) || 'nobody now'}.`,
  columns: { at: 'When', who: 'Who', what: 'What' },
  lines: (n: number) => `${count(n)} ${n === 1 ? 'line' : 'lines'}, unbroken`,
  at: (iso: string) => `${day(iso)}, ${clock(iso)}`,
  unknown: 'Somebody',
  refused: 'Refused',
}

export const aboutOf = (id: string | undefined, rows: readonly PersonRow[]) => {
  const row = rows.find((one) => one.id === id)
  if (row) return person(row.staff)
  return id === undefined ? 'a case' : KEYS.caseName(id)
}

/** A line of the log in words. */
export function logText({ code, outcome, digests }: AuditRecord, rows: readonly PersonRow[]): string {
  const [verb, why] = code.split('/')
  if (outcome === 'denied' && verb && why) {
    const asked = ASKED[verb as Verb] ?? spaced(verb)
    const on = digests[0] === undefined ? '' : ` (${KEYS.caseName(digests[0])})`
    return `${asked}${on}: ${BECAUSE[why as Refusal] ?? spaced(why)}`
  }
  const role = ROLE[why as Role] ?? why
  if (verb === 'give-role') return `Gave ${aboutOf(digests[0], rows)} the role ${role}`
  if (verb === 'take-role') return `Took the role ${role} from ${aboutOf(digests[0], rows)}`
  if (code === 'recover')
    return `Recovered ${aboutOf(digests[0], rows)} for ${aboutOf(digests[1], rows)} with the key from the safe`
  return DONE[code]?.(aboutOf(digests[0], rows)) ?? spaced(code)
}

export const staffOf = (id: string | undefined, rows: readonly PersonRow[]): string => {
  const row = rows.find((one) => one.id === id)
  return row ? person(row.staff) : LOG.unknown
}
export const logWho = ({ by, role }: AuditRecord, rows: readonly PersonRow[]): string =>
  `${staffOf(by, rows)}${role ? `, ${ROLE[role]}` : ''}`
