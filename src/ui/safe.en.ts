import type { RecoveredCase } from '../app/safe-key-view.ts'
import type { SafeKeyFacts } from '../vault/recovery.ts'
import type { SafeCase } from '../vault/safe-cases.ts'
import { clock, plural } from './format.ts'

const day = (iso: string) =>
  new Date(iso).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
const madeOn = ({ madeAt }: SafeKeyFacts) => (madeAt === null ? 'not known' : `${day(madeAt)}, ${clock(madeAt)}`)

/** Its first 16 bytes, to be read aloud. */
export const shortPrint = ({ fingerprint }: SafeKeyFacts) => (fingerprint.slice(0, 32).match(/.{4}/g) ?? []).join(' ')
const facts = (key: SafeKeyFacts) => [
  { name: 'Made', value: madeOn(key) },
  { name: 'Fingerprint', value: shortPrint(key) },
]

export const SAFE = {
  title: 'Recovery key',
  lead: 'A file for the safe. With it a case whose designers are all gone is given to another one.',
  none: 'There is no recovery key yet. If the last designer of a case is gone, so is the case.',
  facts,
  rules: [
    'Put the file on a stick, put the stick into the safe, and delete the file from this computer and its downloads.',
    'Whoever has the file and the passphrase of a custodian opens cases. Here its private half is not kept.',
    'Write the date and the fingerprint on the stick, so that it is found again.',
  ],
  make: 'Make a recovery key',
  again: 'Make another recovery key',
  makeLead: 'The file is saved once and cannot be saved again. New cases are sealed to it from now on.',
  againLead:
    'The file is saved once and cannot be saved again. The key of before is not used for new cases any more, but still opens those that were sealed to it: keep it in the safe until no case is due.',
  act: 'Make it and save the file',
  made: 'The recovery key is made. The browser has saved its file where it keeps downloads. If it is not there, make another one.',
  due: (n: number) =>
    `${n === 1 ? '1 case is' : `${n} cases are`} not sealed to this key yet. Renew ${n === 1 ? 'its key' : 'their keys'} in People.`,
  toDue: 'Show what is due',
}

export const RECOVER = {
  title: 'Recover a case',
  lead: 'For a case that nobody who is left can open. The designer you choose has all of it afterwards.',
  choose: 'Choose the file of the key',
  chosen: 'Key in this file',
  isNow: 'This is the key that new cases are sealed to.',
  isOlder: 'This is not the key that new cases are sealed to.',
  which: 'Case',
  maybe: (name: string) => `${name}, if it is sealed to this key`,
  none: 'This key opens no case here.',
  left: (n: number) => `${plural(n, 'case', 'cases')} that this key does not recover`,
  why: {
    'other-key': 'Sealed to another key of the safe. Choose the file of that one.',
    'not-in-safe': 'Sealed to no key of the safe. A designer who is on the case gives it to somebody.',
    'own-case': 'You are on this case yourself, so another custodian recovers it.',
  } satisfies Record<Exclude<SafeCase['fit'], 'opens' | 'unknown'>, string>,
  who: 'Give it to',
  nobody: 'There is no designer it could be given to. Add one in People first.',
  noCases: 'There is no case here.',
  act: 'Recover this case',
  actLead: 'It is written into the log of this device. The key is wiped from this page afterwards.',
  now: 'Recover it now',
  done: (text: string) => `${text}. This is a line in the log of this device.`,
  whole: (isWhole: RecoveredCase['whole']) =>
    isWhole
      ? 'Put the key back into the safe.'
      : 'Not all of it yet: a part is sealed to another key of the safe. Recover it once more with the file of that key.',
}
