import type { Finding, Place } from '../core/finding.ts'
import type { Mesh } from '../core/types.ts'
import type { Policy } from '../qa/policy.ts'
import { readStl } from './stl.ts'
import { ALLOWED_METADATA } from './threemf.ts'
import { readThreeMf } from './threemf-read.ts'

export type ExportFormat = 'stl' | '3mf'

interface Comparison {
  /** Largest distance in mm between a corner of the mesh and the same corner of the file. */
  readonly maxErrorMm: number
  readonly worst: Place | null
}

/** Compares corner by corner, so a swapped or dropped triangle shows even where the points still match. */
function compareCorners(mesh: Mesh, file: Mesh): Comparison {
  const { positions: p, indices: i } = mesh
  const { positions: q, indices: j } = file
  let worstSquared = 0
  let worstCorner = -1
  for (let n = 0; n < i.length; n++) {
    const a = (i[n] as number) * 3
    const b = (j[n] as number) * 3
    const dx = (p[a] as number) - (q[b] as number)
    const dy = (p[a + 1] as number) - (q[b + 1] as number)
    const dz = (p[a + 2] as number) - (q[b + 2] as number)
    const squared = dx * dx + dy * dy + dz * dz
    if (squared > worstSquared) {
      worstSquared = squared
      worstCorner = n
    }
  }
  const maxErrorMm = Math.sqrt(worstSquared)
  if (worstCorner < 0) return { maxErrorMm, worst: null }
  const a = (i[worstCorner] as number) * 3
  return { maxErrorMm, worst: { at: [p[a] as number, p[a + 1] as number, p[a + 2] as number], value: maxErrorMm } }
}

interface FileSaid {
  readonly mesh: Mesh
  readonly unit: string
  /** Null when every statement in the file is allowed and true. */
  readonly problem: 'metadata' | 'transform' | null
}

function stlSaid(bytes: Uint8Array): FileSaid {
  return { mesh: readStl(bytes), unit: 'millimeter', problem: null }
}

function threeMfSaid(bytes: Uint8Array, traceId: string): FileSaid {
  const { mesh, unit, metadata, transform } = readThreeMf(bytes)
  const honest = ALLOWED_METADATA.length === Object.keys(metadata).length && metadata['pp:TraceId'] === traceId
  const moved = transform.slice(0, 9).join(' ') !== '1 0 0 0 1 0 0 0 1'
  return { mesh, unit, problem: honest ? (moved ? 'transform' : null) : 'metadata' }
}

/**
 * Reads a written file back and compares it with the mesh it came from: unit, triangle count, corners, metadata.
 * A value, never an exception for a difference; a file that cannot be read at all throws 'export/mismatch'.
 */
export function reread(
  mesh: Mesh,
  bytes: Uint8Array,
  file: { readonly format: ExportFormat; readonly traceId: string },
  policy: Policy,
): Finding {
  const said = file.format === 'stl' ? stlSaid(bytes) : threeMfSaid(bytes, file.traceId)
  const sameCount = said.mesh.indices.length === mesh.indices.length
  const { maxErrorMm, worst } = sameCount ? compareCorners(mesh, said.mesh) : { maxErrorMm: 0, worst: null }
  const limit = policy.fileRereadMm
  const reason =
    (said.unit === 'millimeter' ? null : 'unit') ??
    (sameCount ? null : 'triangle-count') ??
    said.problem ??
    (maxErrorMm <= limit ? null : 'position')
  return {
    check: 'file-reread',
    level: reason === null ? 'pass' : 'fail',
    value: maxErrorMm,
    limit,
    unit: 'mm',
    hard: true,
    detail: {
      format: file.format,
      fileUnit: said.unit,
      triangles: mesh.indices.length / 3,
      trianglesRead: said.mesh.indices.length / 3,
      ...(reason === null ? {} : { reason }),
    },
    places: reason === 'position' && worst ? [worst] : [],
  }
}
