import type { BackupContents } from '../vault/backup-format.ts'
import type { BackupState } from '../vault/backup-note.ts'
import { clock, plural } from './format.ts'

const day = (iso: string) =>
  new Date(iso).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
const at = (iso: string) => `${day(iso)}, ${clock(iso)}`

export const BACKUP = {
  title: 'Backup',
  lead: 'One file with everything in this vault, sealed with a passphrase of its own. Keep it on another disk.',
  state: ({ at: last, changed }: BackupState) => {
    if (last === null) return changed === 0 ? 'There is no backup yet, and no case.' : 'There is no backup yet.'
    const since =
      changed === 0
        ? 'No case was changed since.'
        : `${plural(changed, 'case was', 'cases were')} made or changed since.`
    return `The last backup was made on ${at(last)}. ${since}`
  },
  due: 'If this browser loses its data, what no backup has is gone.',
  whose: (custodians: string) => `Backups are made by a custodian: ${custodians || 'nobody now'}.`,
  act: 'Make a backup',
  first: 'Passphrase for the file, at least 12 characters',
  again: 'The same passphrase again',
  why: 'Write it down and keep it away from the file. Without it the file opens for nobody.',
  saveAct: 'Make it and save the file',
  saved: 'The backup is made. The browser has saved the file where it keeps downloads.',
  cancel: 'Cancel',
  restoreTitle: 'Restore a backup',
  restoreLead:
    'Everything is as it was when the backup was made: cases, passphrases, people. Passkeys of another device do not come along.',
  tryLead:
    'There is a vault on this device, and a backup is never put over one. You can look into a backup here, to see that it is whole and that its passphrase is the right one.',
  instead: 'Restore a backup instead',
  choose: 'Choose a backup',
  chosen: (name: string, size: string) => `${name}, ${size}`,
  passphrase: 'Passphrase of the backup',
  look: 'Look into it',
  whole: 'The backup is whole, and this is its passphrase.',
  facts: ({ at: made, cases, people, networks }: BackupContents) => [
    { name: 'Made', value: made === null ? 'not said' : at(made) },
    { name: 'Cases', value: String(cases) },
    { name: 'People', value: people === 0 ? 'none, one passphrase' : String(people) },
    { name: 'Networks', value: String(networks) },
  ],
  restoreAct: 'Restore it on this device',
  restored: 'The backup is restored. Unlock with the passphrase that the vault had.',
  elsewhere:
    'To restore it here, this vault has to be erased first: its address is this page with /wipe. Make a backup of it before, or use another device.',
  remind: ({ at: last, changed }: BackupState) =>
    last === null
      ? 'There is no backup of these cases yet.'
      : `${plural(changed, 'case was', 'cases were')} changed since the last backup on ${day(last)}.`,
  remindAct: 'Keys and backup',
}
