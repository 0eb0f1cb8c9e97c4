import { meshVolumeMm3 } from '../core/mesh.ts'
import type { Mesh } from '../core/types.ts'
import { surfaceGrid } from '../prepare/surface-grid.ts'

/** How far an edit has moved a surface: one row of the error ledger. */
export interface LedgerMeasure {
  readonly meanMm: number
  readonly p95Mm: number
  readonly maxMm: number
  /** Change of volume against the reference, with sign. */
  readonly volumePercent: number
}

/** Vertices asked. Enough to see a trend after every edit; the gate measures every point of both surfaces. */
const SAMPLES = 20_000

/**
 * Measures evenly picked vertices of a mesh against a reference surface, in mm. `nearReference` may be given when it is at
 * hand. Deterministic.
 */
export function ledgerMeasure(mesh: Mesh, reference: Mesh, nearReference = surfaceGrid(reference)): LedgerMeasure {
  const vertices = mesh.positions.length / 3
  const step = Math.max(1, Math.floor(vertices / SAMPLES))
  const distances = new Float64Array(Math.ceil(vertices / step))
  for (let n = 0; n < distances.length; n++) {
    const p = 3 * n * step
    distances[n] = nearReference.distance(
      mesh.positions[p] as number,
      mesh.positions[p + 1] as number,
      mesh.positions[p + 2] as number,
    )
  }
  distances.sort()
  const referenceMm3 = meshVolumeMm3(reference)
  return {
    meanMm: distances.reduce((sum, d) => sum + d, 0) / Math.max(1, distances.length),
    p95Mm: distances[Math.floor(0.95 * (distances.length - 1))] ?? 0,
    maxMm: distances.at(-1) ?? 0,
    volumePercent: referenceMm3 === 0 ? 0 : (100 * (meshVolumeMm3(mesh) - referenceMm3)) / referenceMm3,
  }
}
