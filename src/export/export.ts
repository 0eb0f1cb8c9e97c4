import { PipelineError } from '../core/errors.ts'
import type { Acknowledgement, Finding } from '../core/finding.ts'
import { digestMesh, sha256 } from '../core/hash.ts'
import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import { release } from '../qa/gate.ts'
import type { Policy } from '../qa/policy.ts'
import { writeFile } from './file-parts.ts'
import { type ExportFormat, reread } from './reread.ts'
import { writeStl } from './stl.ts'
import { writeThreeMf } from './threemf.ts'

export interface ExportInput {
  readonly mesh: Mesh
  /** Digest of the mesh that was checked; the mesh in hand is hashed again here. */
  readonly checkedDigest: string
  readonly findings: readonly Finding[]
  readonly acknowledgements: readonly Acknowledgement[]
  readonly policy: Policy
  readonly format: ExportFormat
  readonly traceId: string
}

export interface ExportedFile {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** SHA-256 of the bytes. */
  readonly digest: string
  /** The 'file-reread' finding, always passed. */
  readonly finding: Finding
}

/**
 * The only way to a file: earns the release again from the findings, writes, reads back and compares.
 * Never scales, moves or repairs. Memory: the file, the file read back, and the mesh.
 * @throws qa/stale, qa/refused from the gate; export/mismatch when the file does not read back as the mesh.
 */
export async function exportMesh(input: ExportInput, ctx: Context): Promise<ExportedFile> {
  const { mesh, checkedDigest, findings, acknowledgements, policy, format, traceId } = input
  const digest = await digestMesh(mesh)
  const released = release(mesh, digest, checkedDigest, findings, acknowledgements, policy)
  const parts = format === 'stl' ? writeStl(released) : writeThreeMf(released, { traceId })
  const bytes = new Uint8Array(await (await writeFile(parts, subContext(ctx, 0, 0.7))).arrayBuffer())
  const finding = reread(mesh, bytes, { format, traceId }, policy)
  if (finding.level === 'fail') {
    throw new PipelineError(
      'export/mismatch',
      'The file read back is not the model that was checked, so it was not kept. Run the check again.',
      { format, reason: finding.detail.reason ?? '', maxErrorMm: finding.value },
    )
  }
  ctx.progress(1)
  return { bytes, digest: await sha256(bytes), finding }
}
