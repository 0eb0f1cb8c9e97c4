import { PipelineError } from '../core/errors.ts'
import type { LabelMap } from '../core/types.ts'
import type { Scalars } from './to-int16.ts'

/** Most labels of a map: one byte a voxel, 0 is background. */
const MOST_LABELS = 255

/** A label of a file. */
export interface FoundLabel {
  /** Its number in the map, 1 to 255. */
  readonly label: number
  /** Its number in the file. */
  readonly value: number
  /** How many voxels of the map carry it. */
  readonly voxels: number
}

/** Labels as a file holds them, on the file's own grid. */
export interface LabelsInFile {
  readonly map: LabelMap
  readonly found: readonly FoundLabel[]
  /** What the file calls each of its values: free text, which may name the patient and never leaves the worker. */
  readonly names: ReadonlyMap<number, string>
}

/**
 * Voxels of a label file as one byte each. Values from 0 to 255 stay what they are; higher ones (as brain atlases use) are
 * numbered from 1 in rising order. Errors: import/not-labels for fractions, negative numbers, no number, nothing but
 * background, and more than 255 labels. Memory: the result.
 */
export function labelsFrom(values: Scalars): { labels: Uint8Array<ArrayBuffer>; found: readonly FoundLabel[] } {
  const counts = countValues(values)
  const inFile = [...counts.keys()].filter((value) => value !== 0).sort((a, b) => a - b)
  if (inFile.length === 0) throw notLabels('It holds background only.')
  const fits = (inFile.at(-1) as number) <= MOST_LABELS
  const numbers = new Map<number, number>(inFile.map((value, n) => [value, fits ? value : n + 1]))
  const labels = new Uint8Array(values.length)
  if (fits) labels.set(values)
  else for (let n = 0; n < values.length; n++) labels[n] = numbers.get(values[n] as number) ?? 0
  const found = inFile.map((value) => ({
    label: numbers.get(value) as number,
    value,
    voxels: counts.get(value) as number,
  }))
  return { labels, found }
}

/** How often each value occurs; whole runs at a time. */
function countValues(values: Scalars): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (let n = 0; n < values.length; ) {
    const value = values[n] as number
    let end = n + 1
    while (end < values.length && values[end] === value) end++
    if (!counts.has(value)) {
      if (!Number.isInteger(value) || value < 0) throw notLabels('It holds fractions, negative numbers or none at all.')
      if (counts.size > MOST_LABELS) throw notLabels(`It holds more than ${MOST_LABELS} different numbers.`)
    }
    counts.set(value, (counts.get(value) ?? 0) + end - n)
    n = end
  }
  return counts
}

/** Voxels of each of these labels that a map holds. */
export function recounted({ labels }: LabelMap, found: readonly FoundLabel[]): FoundLabel[] {
  const counts = new Uint32Array(256)
  for (let n = 0; n < labels.length; n++) {
    const label = labels[n] as number
    counts[label] = (counts[label] as number) + 1
  }
  return found.map((one) => ({ ...one, voxels: counts[one.label] as number }))
}

const notLabels = (why: string) =>
  new PipelineError('import/not-labels', `This file is no label map. ${why} Open it as a scan, or choose another file.`)
