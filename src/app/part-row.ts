import { meshVolumeMm3 } from '../core/mesh.ts'
import type { Mesh } from '../core/types.ts'
import type { LedgerRow } from './ledger-row.ts'
import type { Body } from './part-body.ts'
import { measureAgainst } from './queries.ts'
import type { Workers } from './workers.ts'

/** By mesh: an edit leaves most bodies as they were. */
const measured = new WeakMap<Mesh, { readonly reference: Mesh; readonly row: Omit<LedgerRow, 'stage'> }>()

async function bodyRow(workers: Workers, { mesh, reference }: Body, signal: AbortSignal) {
  const known = measured.get(mesh)
  if (known?.reference === reference) return known.row
  const row = await measureAgainst(workers, mesh, reference, signal)
  measured.set(mesh, { reference, row })
  return row
}

/** The part against its reference after an edit: the mean over all vertices, else the worst body; the volume of all. */
export async function partRow(
  workers: Workers,
  stage: string,
  bodies: readonly Body[],
  signal: AbortSignal,
): Promise<LedgerRow> {
  const rows: { readonly row: Omit<LedgerRow, 'stage'>; readonly vertices: number; readonly mm3: number }[] = []
  for (const body of bodies) {
    const row = await bodyRow(workers, body, signal)
    rows.push({ row, vertices: body.mesh.positions.length / 3, mm3: Math.abs(meshVolumeMm3(body.reference)) })
  }
  const [only] = rows
  if (only && rows.length === 1) return { stage, ...only.row }
  const mean = (of: (one: (typeof rows)[number]) => readonly [value: number, weight: number]) => {
    const weighted = rows.map(of)
    const total = weighted.reduce((sum, [, weight]) => sum + weight, 0)
    return weighted.reduce((sum, [value, weight]) => sum + value * weight, 0) / Math.max(total, Number.MIN_VALUE)
  }
  return {
    stage,
    meanMm: mean(({ row, vertices }) => [row.meanMm, vertices]),
    p95Mm: Math.max(0, ...rows.map(({ row }) => row.p95Mm)),
    maxMm: Math.max(0, ...rows.map(({ row }) => row.maxMm)),
    volumePercent: mean(({ row, mm3 }) => [row.volumePercent, mm3]),
  }
}
