import type { Desk } from './desk.svelte.ts'
import { download } from './download.io.ts'
import type { ModelsView } from './model-view.ts'

/** What a person does with networks, each as a job of the desk. */
export function modelVerbs(desk: Desk): ModelsView {
  const { models, jobs } = desk
  const done = async (stage: string, work: () => Promise<void>) =>
    (await jobs.run(stage, async () => {
      await work()
      return true
    })) ?? false
  return {
    get rows() {
      return models.rows
    },
    get broken() {
      return models.broken
    },
    stateOf: (row) => models.stateOf(row, null),
    add: (card, weights) => done('add-model', () => models.add(card, weights)),
    remove: async (row) => void (await done('remove-model', () => models.remove(row))),
    removeBroken: async (id) => void (await done('remove-model', () => models.removeBroken(id))),
    approve: (row, words) => done('approve-model', () => models.approve(row, words)),
    revoke: (row, reason) => done('revoke-model', () => models.revoke(row, reason)),
    saveCard: ({ card }) =>
      download(`${card.id}-${card.version}.card.json`, new Blob([JSON.stringify(card, null, 2)]), 'application/json'),
  }
}
