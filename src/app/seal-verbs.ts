import { sealRecipient, withoutRecipient, withRecipient } from '../export/secure-content/recipient.ts'
import type { Desk } from './desk.svelte.ts'
import type { SealView } from './seal-view.ts'

/** What a person does about who a 3MF is sealed for, each as a job of the desk. */
export function sealVerbs({ jobs, recipients, people }: Desk): SealView {
  return {
    get canKeep() {
      return people.me?.roles.includes('custodian') ?? true
    },
    get recipients() {
      return recipients.kept.recipients.toSorted((a, b) => a.name.localeCompare(b.name, 'en'))
    },
    read: (draft) => jobs.run('read-recipient', () => sealRecipient(draft)),
    async pin(recipient, areCompared) {
      const at = new Date().toISOString()
      const pinned = await jobs.run('keep-recipients', async () => {
        await recipients.change((kept) => withRecipient(kept, recipient, { areCompared, at }))
        return true
      })
      return pinned ?? false
    },
    async unpin(fingerprint) {
      await jobs.run('keep-recipients', () => recipients.change((kept) => withoutRecipient(kept, fingerprint)))
    },
  }
}
