import { voxelMm3 } from '../core/affine.ts'
import { PipelineError } from '../core/errors.ts'
import type { Grid, LabelMap } from '../core/types.ts'
import type { FoundLabel } from '../import/label-values.ts'
import type { LabelFit } from '../volume/label-grid.ts'
import { anatomyNamed, type NamedAnatomy } from './anatomy-name.ts'

/** A label of a file, and what the closed list calls it as far as the file's own name tells; never that name itself. */
export interface KnownLabel extends FoundLabel {
  readonly named: NamedAnatomy | null
}

/** A label that came in beside a scan, with its volume before and after it was put on the scan's grid. */
export interface ImportedLabel extends Omit<KnownLabel, 'voxels'> {
  readonly inFileMm3: number
  readonly mm3: number
}

/** A label map on the grid of a scan. */
export interface ImportedLabels {
  readonly map: LabelMap
  readonly labels: readonly ImportedLabel[]
  readonly fit: LabelFit
}

/** What the closed list calls each label of a file. */
export const knownLabels = (found: readonly FoundLabel[], names: ReadonlyMap<number, string>): KnownLabel[] =>
  found.map((one) => ({ ...one, named: anatomyNamed(names.get(one.value) ?? '') }))

/**
 * Labels as they lie on a scan: `before` on the file's grid, `after` on the map's. Labels of which nothing is left come along
 * with 0 mm3. Errors: import/labels-elsewhere when nothing is left of any.
 */
export function importedLabels(
  map: LabelMap,
  fit: LabelFit,
  own: Grid,
  before: readonly KnownLabel[],
  after: readonly FoundLabel[],
): ImportedLabels {
  const [inFile, onScan] = [voxelMm3(own), voxelMm3(map.grid)]
  const left = new Map(after.map(({ label, voxels }) => [label, voxels]))
  const labels = before.map(({ voxels, ...label }) => ({
    ...label,
    inFileMm3: voxels * inFile,
    mm3: (left.get(label.label) ?? 0) * onScan,
  }))
  if (labels.every(({ mm3 }) => mm3 === 0)) throw elsewhere()
  return { map, labels, fit }
}

/** No label lies in the scan. */
export const elsewhere = (): PipelineError =>
  new PipelineError(
    'import/labels-elsewhere',
    'None of these labels lies in the scan that is open. They were drawn on another one.',
  )
