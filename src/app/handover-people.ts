import { checkDigest } from './check-codec.ts'
import type { Desk } from './desk.svelte.ts'
import type { HandoverPeople } from './handover-verbs.ts'

/**
 * Who may seal the files of the open case: under teaching the one person of the vault. Elsewhere a release needs other people than its
 * designer, and this gives null.
 */
export function handoverPeople({ data, store, workers, hasPeople }: Desk): HandoverPeople | null {
  if (!store || hasPeople || data.policy !== 'teaching') return null
  return {
    async release({ fileName, digest }, station) {
      await store.flush()
      const checked = data.checks.map(async (check) => [check.meshDigest, await checkDigest(check)])
      const order = {
        files: [{ name: fileName, digest }],
        checked: (await Promise.all(checked)).flat(),
        accepted: data.acknowledgements.map(({ check }) => check),
        traceId: data.traceId ?? '',
        station: station.fingerprint,
      }
      return workers.vault.call((api) => api.releaseTo(store.id, order))
    },
    readStatement: (statement) => workers.vault.call((api) => api.releaseTerms(statement)),
  }
}
