import type { KeyStrength } from '../core/signer.ts'
import type { OwnWay } from '../vault/own-keys.ts'
import { clock } from './format.ts'

const day = (iso: string) =>
  new Date(iso).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })

/** As it also stands in what is signed. */
export const STRENGTH: Readonly<Record<KeyStrength, string>> = {
  'hardware-passkey': 'Stays in one device',
  'synced-passkey': 'Copied between devices by its maker',
  passphrase: 'As strong as the words',
  memory: 'Gone with this tab',
}
export const STRENGTH_WHY: Readonly<Record<KeyStrength, string>> = {
  'hardware-passkey':
    'Its authenticator says that it cannot be copied. Whether it is a chip, nobody can see from here.',
  'synced-passkey': 'Whoever opens that account has this passkey too.',
  passphrase: 'Kept in software, sealed under your words.',
  memory: 'Nothing is kept.',
}

export const PLACES = { label: 'What to show', people: 'People', keys: 'Keys and backup' }

export const OWN_KEYS = {
  title: 'Your ways in',
  lead: 'Any one of them opens the vault for you. Nobody else can look them up.',
  leadAlone: 'Any one of them opens this vault. Nobody else can look them up.',
  passphrase: 'Passphrase',
  passkey: 'Passkey',
  since: ({ kind, addedAt }: OwnWay) => {
    if (addedAt === null) return 'since before dates were noted'
    return `${kind === 'passphrase' ? 'set' : 'added'} on ${day(addedAt)}, ${clock(addedAt)}`
  },
  change: 'Change the passphrase',
  changeLead: 'No case is touched. A copy of this disk from before still opens with the old passphrase.',
  old: 'The passphrase you have now',
  first: 'New passphrase, at least 12 characters',
  again: 'New passphrase again',
  changeAct: 'Change it now',
  changed: 'Your passphrase is changed.',
  add: 'Add a passkey',
  addLead:
    'A key in this device or in a stick: you come in by a touch. Your passphrase goes on to work, and is asked for once a week.',
  addAct: 'Add it now',
  noPasskeys:
    'This page cannot have passkeys: the browser has none, or the page was opened by a number instead of a name.',
  remove: 'Remove',
  removeLead: 'This passkey opens nothing here from then on. Delete it in your device too.',
  removeAct: 'Remove it now',
  lost: 'A passkey is lost? Come in with your passphrase, remove the passkey here, and add another one.',
  cancel: 'Cancel',
}

export const LOST = {
  title: 'When something is lost',
  items: [
    ['A passkey', 'Come in with your passphrase and remove it.'],
    [
      'Your passphrase',
      'Nobody can look it up. Where there are people, a custodian adds you anew and a designer gives you your cases.',
    ],
    ['Every designer of a case', 'A custodian recovers it with the key from the safe.'],
    ['This device', 'Restore the last backup on another one, with the passphrase of the backup.'],
  ] as const,
  alone: [
    ['A passkey', 'Come in with your passphrase and remove it.'],
    [
      'Your passphrase',
      'Nobody can look it up. A passkey lets you in while a week lasts; after that the cases are gone.',
    ],
    ['This device', 'Restore the last backup on another one, with the passphrase of the backup.'],
  ] as const,
}

export const KEYS_PAGE = {
  title: 'Keys and backup',
  lead: 'What opens this vault, and what is left when a device or a key is lost.',
  locked: 'Unlock the vault to look after its keys.',
  teaching: 'A teaching session is over with its tab. It has no keys to look after and no backup.',
  none: 'There is no vault on this device. Make one, or restore a backup.',
}

/** Why a passkey alone is not enough, beside the field for the passphrase. */
export const DUE =
  'Type your passphrase this time: it was not typed here within the last week, and a passkey alone is not enough then.'
