import { PipelineError } from '../core/errors.ts'
import type { Acknowledgement, Finding } from '../core/finding.ts'
import { digestMesh, sha256 } from '../core/hash.ts'
import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import { release } from '../qa/gate.ts'
import type { Policy } from '../qa/policy.ts'
import { type ExportFormat, writeFile } from './file-parts.ts'
import { reread } from './reread.io.ts'
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
  /** Kept by the browser; goes to another thread without a copy. */
  readonly file: Blob
  /** SHA-256 of the file's bytes. */
  readonly digest: string
  /** The 'file-reread' finding, always passed. */
  readonly finding: Finding
}

/**
 * The only way to a file: earns the release again from the findings, writes, reads back and compares.
 * Never scales, moves or repairs. Written and read in pieces; memory: the mesh, 12 bytes a point for reading a 3MF, and at
 * the end the file once, because WebCrypto hashes only what lies in one array.
 * @throws qa/stale, qa/refused from the gate; export/mismatch when the file does not read back as the mesh.
 */
export async function exportMesh(input: ExportInput, ctx: Context): Promise<ExportedFile> {
  const { mesh, checkedDigest, findings, acknowledgements, policy, format, traceId } = input
  const digest = await digestMesh(mesh)
  const released = release(mesh, digest, checkedDigest, findings, acknowledgements, policy)
  const parts = format === 'stl' ? writeStl(released) : writeThreeMf(released, { traceId })
  const file = await writeFile(parts, subContext(ctx, 0, 0.55))
  const finding = await reread(mesh, { file, format, traceId }, policy, subContext(ctx, 0.55, 0.95))
  if (finding.level === 'fail') {
    throw new PipelineError(
      'export/mismatch',
      'The file read back is not the model that was checked, so it was not kept. Run the check again.',
      { format, reason: finding.detail.reason ?? '', maxErrorMm: finding.value },
    )
  }
  const fileDigest = await sha256(new Uint8Array(await file.arrayBuffer()))
  ctx.progress(1)
  return { file, digest: fileDigest, finding }
}
