import * as Comlink from 'comlink'
import { PipelineError } from '../core/errors.ts'
import type { Grid, Mask, Mesh, Volume } from '../core/types.ts'
import type { HalfSize } from '../prepare/marks/relief.ts'
import type { GrowAtClickParams } from '../segment/grow-at-click.ts'
import type { GrowParams } from '../segment/grow-state.ts'
import type { SeedLayers } from '../segment/seed-layers.ts'
import type { Histogram } from '../volume/histogram.ts'
import { meshDigest } from './digests.ts'
import type { LedgerRow } from './ledger-row.ts'
import { resident } from './resident.ts'
import type { Workers } from './workers.ts'

// Questions to the workers that make nothing: no asset, no trace entry. Everything that makes something is a step.

const OTSU_BINS = 1024

const unheard = () => Comlink.proxy(() => {})

/** Counts of values for the threshold control. */
export async function volumeHistogram(
  workers: Workers,
  volume: Volume,
  bins: number,
  signal: AbortSignal,
): Promise<Histogram> {
  const digest = await resident(workers, volume, signal)
  return workers.compute.call((api) => api.histogram(digest, bins), signal)
}

/** Otsu's thresholds in real units, for `classes` - 1 borders. */
export async function otsuThresholds(
  workers: Workers,
  volume: Volume,
  classes: 2 | 3,
  signal: AbortSignal,
): Promise<number[]> {
  const digest = await resident(workers, volume, signal)
  return workers.compute.call((api) => api.otsu(digest, OTSU_BINS, classes), signal)
}

/** The mask these limits would give, for the live picture. */
export async function previewThreshold(
  workers: Workers,
  volume: Volume,
  limits: { lowHu: number; highHu: number },
  signal: AbortSignal,
): Promise<Mask> {
  const digest = await resident(workers, volume, signal)
  return (await workers.compute.call((api) => api.threshold(digest, limits, signal, unheard()), signal)).output
}

/** The mask a click there would give, for the live picture. */
export async function previewClick(
  workers: Workers,
  volume: Volume,
  params: GrowAtClickParams,
  signal: AbortSignal,
): Promise<Mask> {
  const digest = await resident(workers, volume, signal)
  return (await workers.compute.call((api) => api.growAtClick(digest, params, signal, unheard()), signal)).output
}

/** The masks that painted labels would grow to, for the live picture. */
export async function previewSeeds(
  workers: Workers,
  volume: Volume,
  seeds: SeedLayers,
  params: GrowParams,
  signal: AbortSignal,
): Promise<readonly Mask[]> {
  const digest = await resident(workers, volume, signal)
  return (await workers.compute.call((api) => api.growSeeds(digest, seeds, params, signal, unheard()), signal)).output
}

/** How sure the AI was at each vertex of a mesh, 0 to 255. */
export function confidenceOf(
  workers: Workers,
  mesh: Mesh,
  grid: Grid,
  certainty: Uint8Array,
  filmMm: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  return workers.measure.call((api) => api.confidence(mesh, grid, certainty, filmMm), signal)
}

/** Number of pieces a print of this mask would have. */
export function islandCount(workers: Workers, mask: Mask, signal: AbortSignal): Promise<number> {
  return workers.compute.call((api) => api.islandCount(mask, signal), signal)
}

const solids = new WeakMap<Mesh, Promise<number>>()

/** Separate solids of a surface, counted once per object. */
export function solidsOf(workers: Workers, mesh: Mesh, signal: AbortSignal): Promise<number> {
  const known = solids.get(mesh)
  if (known) return known
  const counted = workers.mesh.call((api) => api.solids(mesh), signal)
  solids.set(mesh, counted)
  // A count that was cancelled is made again.
  counted.catch(() => solids.delete(mesh))
  return counted
}

/** Makes sure the measure worker holds this reference surface and gives its digest. */
export async function heldReference({ measure }: Workers, reference: Mesh, signal: AbortSignal): Promise<string> {
  const digest = await meshDigest(reference)
  const isHeld = await measure.call((api) => api.has(digest), signal)
  if (!isHeld) await measure.call((api) => api.hold(digest, reference), signal)
  return digest
}

/** How far a mesh lies from the mask's surface. */
export async function measureAgainst(
  workers: Workers,
  mesh: Mesh,
  reference: Mesh,
  signal: AbortSignal,
): Promise<Omit<LedgerRow, 'stage'>> {
  const digest = await heldReference(workers, reference, signal)
  return workers.measure.call((api) => api.ledger(mesh, digest), signal)
}

/** Half of what lines of text take up on a face, mm; null where they cannot be written. */
export async function textHalf(
  workers: Workers,
  lines: readonly string[],
  capHeightMm: number,
): Promise<HalfSize | null> {
  try {
    return await workers.mesh.call((api) => api.textHalf(lines, capHeightMm), new AbortController().signal)
  } catch (error) {
    if (error instanceof PipelineError) return null
    throw error
  }
}
