import type { Finding, Place } from '../core/finding.ts'
import { triangleCount } from '../core/mesh.ts'
import type { Context } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import type { Policy } from '../qa/policy.ts'
import type { ExportFormat, TakeCorners } from './file-parts.ts'
import { readStl } from './stl-read.ts'
import { ALLOWED_METADATA } from './threemf.ts'
import { readThreeMf } from './threemf-read.io.ts'

/** Compares corner by corner, so a swapped or dropped triangle shows even where the points still match. */
class Comparison {
  readonly #mesh: Mesh
  #corners = 0
  #worstSquared = 0
  #worstCorner = -1

  constructor(mesh: Mesh) {
    this.#mesh = mesh
  }
  /** Triangles of the file so far. */
  get triangles(): number {
    return this.#corners / 3
  }
  /** Largest distance in mm between a corner of the mesh and the same corner of the file. */
  get maxErrorMm(): number {
    return Math.sqrt(this.#worstSquared)
  }
  get worst(): Place | null {
    if (this.#worstCorner < 0) return null
    const { positions: p, indices } = this.#mesh
    const at = 3 * (indices[this.#worstCorner] as number)
    return { at: [p[at] as number, p[at + 1] as number, p[at + 2] as number], value: this.maxErrorMm }
  }
  /** Corners past the last of the mesh are only counted. */
  take(corners: Float32Array): void {
    const { positions: p, indices } = this.#mesh
    const first = this.#corners
    const count = corners.length / 3
    const end = Math.min(count, indices.length - first)
    let worstSquared = this.#worstSquared
    for (let n = 0, b = 0; n < end; n++, b += 3) {
      const a = (indices[first + n] as number) * 3
      const dx = (p[a] as number) - (corners[b] as number)
      const dy = (p[a + 1] as number) - (corners[b + 1] as number)
      const dz = (p[a + 2] as number) - (corners[b + 2] as number)
      const squared = dx * dx + dy * dy + dz * dz
      if (squared > worstSquared) {
        worstSquared = squared
        this.#worstCorner = first + n
      }
    }
    this.#worstSquared = worstSquared
    this.#corners += count
  }
}

interface FileSaid {
  readonly unit: string
  /** Null when every statement in the file is allowed and true. */
  readonly problem: 'metadata' | 'transform' | null
}

async function stlSaid(file: Blob, take: TakeCorners, ctx: Context): Promise<FileSaid> {
  await readStl(file, take, ctx)
  return { unit: 'millimeter', problem: null }
}

async function threeMfSaid(
  file: Blob,
  expected: { readonly points: number; readonly traceId: string },
  take: TakeCorners,
  ctx: Context,
): Promise<FileSaid> {
  const { unit, metadata, transform } = await readThreeMf(file, expected.points, take, ctx)
  const honest = ALLOWED_METADATA.length === Object.keys(metadata).length && metadata['pp:TraceId'] === expected.traceId
  const moved = transform.slice(0, 9).join(' ') !== '1 0 0 0 1 0 0 0 1'
  return { unit, problem: honest ? (moved ? 'transform' : null) : 'metadata' }
}

/**
 * Reads a written file back, a piece at a time, and compares it with the mesh it came from: unit, triangle count, corners,
 * metadata. A value, never an exception for a difference; a file that cannot be read at all, or holds more points than the
 * mesh, throws 'export/mismatch'. Memory: for STL 7 MB, for 3MF 12 bytes a point.
 */
export async function reread(
  mesh: Mesh,
  written: { readonly file: Blob; readonly format: ExportFormat; readonly traceId: string },
  policy: Policy,
  ctx: Context,
): Promise<Finding> {
  const { file, format, traceId } = written
  const comparison = new Comparison(mesh)
  const take: TakeCorners = (corners) => comparison.take(corners)
  const said =
    format === 'stl'
      ? await stlSaid(file, take, ctx)
      : await threeMfSaid(file, { points: mesh.positions.length / 3, traceId }, take, ctx)
  const triangles = triangleCount(mesh)
  const sameCount = comparison.triangles === triangles
  const maxErrorMm = sameCount ? comparison.maxErrorMm : 0
  const limit = policy.fileRereadMm
  const reason =
    (said.unit === 'millimeter' ? null : 'unit') ??
    (sameCount ? null : 'triangle-count') ??
    said.problem ??
    (maxErrorMm <= limit ? null : 'position')
  const { worst } = comparison
  return {
    check: 'file-reread',
    level: reason === null ? 'pass' : 'fail',
    value: maxErrorMm,
    limit,
    unit: 'mm',
    hard: true,
    detail: {
      format,
      fileUnit: said.unit,
      triangles,
      trianglesRead: comparison.triangles,
      ...(reason === null ? {} : { reason }),
    },
    places: reason === 'position' && worst ? [worst] : [],
  }
}
