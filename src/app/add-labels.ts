import { IDLE_CONTEXT } from '../core/stage.ts'
import type { ImportedLabels } from '../segment/file-labels.ts'
import { addLabel, type LabelSet, withMasks } from '../segment/label-set.ts'
import { labelsToMask } from '../segment/labels.ts'
import type { Desk } from './desk.svelte.ts'
import { editLabels } from './edit-label.ts'
import { importLabels, type LabelSource } from './import-labels.ts'

/** Labels from a file beside the open scan, each as a label of its own behind those that are there; undone as one edit. */
export async function addLabelsFrom(desk: Desk, source: LabelSource): Promise<void> {
  const { volume } = desk.data
  if (!volume) return
  desk.imported = null
  let imported: ImportedLabels | null = null
  await editLabels(
    desk,
    'read-labels',
    async (labels, ctx) => {
      imported = await importLabels(desk.line(), source, volume, ctx)
      return withImported(labels, imported)
    },
    (labels) => labels.labels.at(-1)?.id ?? null,
  )
  desk.imported = imported
}

function withImported(set: LabelSet, { map, labels }: ImportedLabels): LabelSet {
  return labels
    .filter(({ mm3 }) => mm3 > 0)
    .reduce((now, { label, named }) => {
      const added = addLabel(now, named?.anatomy ?? 'other', named?.laterality ?? 'none')
      const mask = labelsToMask({ grid: set.grid, labels: map.labels }, [label], IDLE_CONTEXT)
      return withMasks(added, [{ id: now.nextId, mask }])
    }, set)
}
