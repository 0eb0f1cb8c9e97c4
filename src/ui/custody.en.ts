import type { PersonRow } from '../app/people-view.ts'
import type { AuditRecord } from '../vault/case.ts'
import type { DueCase } from '../vault/due.ts'
import type { CaseExtent } from '../vault/records.ts'
import type { ShredRequest } from '../vault/shred.ts'
import { count, plural } from './format.ts'
import { aboutOf, LOG, logText, PEOPLE, ROLE, staffOf } from './people.en.ts'
import { stepText } from './steps.en.ts'

const DUE_WHY: Readonly<Record<DueCase['why'], (n: number) => string>> = {
  age: (n) => `${count(n)} older than 90 days`,
  unknown: (n) => `${count(n)} of unknown age`,
  recovery: (n) => `${count(n)} not sealed to the key that is in the safe now`,
}
const WHYS = ['age', 'unknown', 'recovery'] as const

export const DUE = {
  title: (n: number) => `${n === 1 ? 'The key of 1 case is' : `Keys of ${count(n)} cases are`} due`,
  lead: 'A key is renewed every 90 days. Whoever is on the case stays on it, and its designer takes the new key into use.',
  whys: (due: readonly DueCase[]) =>
    WHYS.flatMap((why) => {
      const n = due.filter((one) => one.why === why).length
      return n === 0 ? [] : [DUE_WHY[why](n)]
    }).join(', '),
  act: (n: number) => (n === 1 ? 'Renew it' : `Renew all ${count(n)}`),
  actLead: 'One after the other. You can cancel between two of them; what is renewed by then stays so.',
  now: 'Renew now',
  chip: 'Key due',
  blocked: {
    'no-designer': (n: number) =>
      `${plural(n, 'case has', 'cases have')} no designer left. Recover ${n === 1 ? 'it' : 'them'} with the key from the safe first.`,
    'own-case': (n: number) =>
      `You are on ${plural(n, 'case', 'cases')} yourself, so another custodian renews the key.`,
  } satisfies Record<NonNullable<DueCase['blocked']>, (n: number) => string>,
}

export const ROLES_OF = {
  title: 'Change their roles',
  lead: 'Cases they are on in a role that you take get a new key without them. The designer of a case has to give it to them anew.',
  act: 'Change the roles',
}

export const SHRED = {
  facts: 'This case',
  size: 'Size, at most',
  /** A piece is less than a mebibyte. */
  sizeOf: ({ pieces }: CaseExtent) => (pieces === 0 ? 'nothing stored' : `${count(pieces)} MB`),
  lines: 'Lines in its log',
  number: 'Number',
  title: 'Shred this case',
  lead: (isAlone: boolean) =>
    `All of it is overwritten and removed for everybody on it, and nobody can bring it back. A line with its number stays in the log of this device. ${
      isAlone
        ? 'You are the only custodian, so it happens at once.'
        : 'Another custodian has to do the same within a week, and only then it happens.'
    }`,
  act: (isAlone: boolean) => (isAlone ? 'Shred it for good' : 'Ask to shred it'),
  second: 'Agree, and shred this case',
  secondLead:
    'All of it is overwritten and removed for everybody on it, and nobody can bring it back. A line with its number stays in the log of this device. It happens at once.',
  secondAct: 'Shred it for good',
  asked: ({ at, until }: ShredRequest, staff: string) =>
    `${PEOPLE.person(staff)} asked on ${LOG.at(at)} to shred it. It holds until ${LOG.at(until)}.`,
  waits: 'Another custodian has to agree.',
  back: 'Take the request back',
  chip: 'Asked to shred',
}

export const CASE_LOG = {
  open: 'Log',
  title: (name: string) => `Log of ${name}`,
  back: 'People and cases',
  lead: 'What was done on this case, by whom, and what was refused. Names, scans and parts are not in it.',
  who: 'Who',
  everybody: 'Everybody',
  outcome: 'What happened',
  outcomes: { all: 'All', done: 'Done', bad: 'Refused or failed' },
  lines: (shown: number, all: number) => (shown === all ? LOG.lines(all) : `${count(shown)} of ${LOG.lines(all)}`),
  none: 'No line is like this.',
  save: 'Save these lines',
  csv: 'Table (CSV)',
  json: 'Data (JSON)',
  digests: 'Of what',
  digestHint: 'Press a digest to select all of it, then copy it.',
  failed: 'Failed',
}

const CASE_DONE: Readonly<Record<string, string>> = {
  'create-case': 'Began the case',
  'take-in': 'Took in what Intake handed in',
  'new-key': 'Took a new key into use',
  approve: 'Approved a file',
  release: 'Released a file',
  receipt: 'Wrote down a print',
  witness: 'Confirmed a checkpoint of the log',
  lock: 'Signed a checkpoint of the log, when the vault was locked',
  'lock-late': 'Signed a checkpoint of the log that was missing from before',
  seal: 'Sealed a file for a print station',
}

/** A line of the log of a case in words. */
export function caseLogText(line: AuditRecord, rows: readonly PersonRow[]): string {
  const { code, outcome, digests, words } = line
  if (outcome === 'denied') return logText({ ...line, digests: [] }, rows)
  const [verb = '', what] = code.split('/')
  if (verb === 'share' && what !== undefined) {
    const role = ROLE[what as keyof typeof ROLE] ?? what
    return `Gave the case to ${aboutOf(digests[0], rows)}, as ${role}`
  }
  if (verb === 'send-back') return words ? `Gave the case back: ${words}` : 'Gave the case back'
  return CASE_DONE[code] ?? stepText(code)
}

/** What a line is about besides people: those are named in its words. */
export const digestsOf = ({ digests }: AuditRecord): readonly string[] =>
  digests.filter((digest) => /^[0-9a-f]{64}$/.test(digest))

/** Those who stand in a log, for a choice among them. */
export const whoIn = (lines: readonly AuditRecord[], rows: readonly PersonRow[]) =>
  [...new Set(lines.flatMap(({ by }) => by ?? []))].map((id) => ({ id, label: staffOf(id, rows) }))
