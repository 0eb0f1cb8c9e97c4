import type { CaseAct } from '../app/case-acts.ts'
import { PEOPLE, ROLE } from './people.en.ts'

// What the people of a case did with it, on the page Trace; see text.en.ts.

const DONE: Readonly<Record<string, string>> = {
  'create-case': 'Began the case',
  'take-in': 'Took in the scan',
  approve: 'Approved the part',
  release: 'Released the part',
  'write-files': 'Wrote the files',
  'release-files': 'Released the files',
  print: 'Printed a file',
  'accept-print': 'Judged a print',
  receipt: 'Wrote down a print',
  replay: 'Ran the case again',
  witness: 'Confirmed a checkpoint of the log',
  bundle: 'Made the evidence',
  'new-key': 'Took a new key into use',
  'stated-later': 'Signed what was done before steps were signed',
}

export const ACTS = {
  title: 'What people did',
  lead: 'Beside the steps, as the log of this case has it. The evidence takes it along.',
  none: 'Nothing yet.',
  columns: { at: 'When', who: 'Who', what: 'What' },
  signed: 'Signed',
  refused: 'Refused',
  unknown: 'Somebody',
  owner: 'Owner',
}

export function actText({ code, isDenied }: CaseAct): string {
  if (isDenied) return `Was refused: ${(code.split('/')[0] ?? code).replaceAll('-', ' ')}`
  if (code.startsWith('send-back/')) return 'Gave the case back'
  if (code.startsWith('share/')) return 'Gave the case to somebody'
  return DONE[code] ?? code.replaceAll('-', ' ')
}

export const actWho = ({ by, role }: CaseAct, staffOf: (id: string) => string | null): string => {
  if (by === null) return ACTS.owner
  const staff = staffOf(by)
  return `${staff ? PEOPLE.person(staff) : ACTS.unknown}${role ? `, ${ROLE[role]}` : ''}`
}
