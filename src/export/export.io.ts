import { PipelineError } from '../core/errors.ts'
import type { Acknowledgement, Finding } from '../core/finding.ts'
import { digestMesh, sha256 } from '../core/hash.ts'
import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import { type Released, release } from '../qa/gate.ts'
import type { Policy } from '../qa/policy.ts'
import type { Recipe } from '../trace/recipe.ts'
import { type DicomDocument, type DicomModel, PLAIN_MODEL } from './dicom-model.ts'
import { countBytes, type DicomFrame, dicomFrame, writeDicom } from './dicom-write.ts'
import { type FileNotes, fileNotes, PLAIN_COLOUR } from './file-notes.ts'
import { type ExportFormat, type FilePart, mismatch, writeFile } from './file-parts.ts'
import { writeObj } from './obj.ts'
import { type PartName, UNNAMED } from './part-name.ts'
import { type VertexValues, writePly } from './ply.ts'
import { reread } from './reread.io.ts'
import { requireSealed } from './secure-content/check.io.ts'
import type { SealRecipient } from './secure-content/recipient.ts'
import { sealThreeMf } from './secure-content/seal.io.ts'
import { writeStl } from './stl.ts'
import { writeThreeMf } from './threemf.ts'

/** A body that was checked by itself. */
export interface ExportBody {
  readonly mesh: Mesh
  /** Digest of the mesh that was checked; the mesh in hand is hashed again here. */
  readonly checkedDigest: string
  readonly findings: readonly Finding[]
  readonly acknowledgements: readonly Acknowledgement[]
  readonly name: PartName
  /** sRGB as `#RRGGBB`, for formats that hold colours. */
  readonly colour: string
}

interface FileOrder {
  readonly policy: Policy
  readonly format: ExportFormat
  readonly traceId: string
  /** What made the bodies; goes into formats that can hold it. */
  readonly recipe?: Recipe | null
  /** A number a vertex, for a PLY. */
  readonly values?: VertexValues | null
  /** What a DICOM file says of the model; without it, that it is for teaching and of nobody. */
  readonly dicom?: DicomModel
  /** Who a 3MF is sealed for, beside the plain one; absent for nobody. */
  readonly recipients?: readonly SealRecipient[]
}

export interface BodiesInput extends FileOrder {
  readonly bodies: readonly ExportBody[]
}

/** One body; without a name it is called `other-1-of-1`. */
export interface ExportInput extends FileOrder, Omit<ExportBody, 'name' | 'colour'> {
  readonly name?: PartName
  readonly colour?: string
}

export interface ExportedFile {
  readonly format: ExportFormat
  /** Kept by the browser; goes to another thread without a copy. */
  readonly file: Blob
  /** SHA-256 of the file's bytes. */
  readonly digest: string
  /** The 'file-reread' finding, always passed. */
  readonly finding: Finding
  /** The same part sealed for the recipients of a 3MF, read back too; null without any. */
  readonly sealed: Blob | null
}

function only(meshes: readonly Released<Mesh>[], format: ExportFormat): Released<Mesh> {
  const [mesh, ...others] = meshes
  if (!mesh || others.length > 0)
    throw mismatch('A file of this kind holds one part. Save each part by itself, or all of them as 3MF.', { format })
  return mesh
}

interface Prepared {
  readonly parts: Generator<FilePart>
  /** Of a DICOM file. */
  readonly frame: DicomFrame | null
}

/** A DICOM file states the length of its document before it: the document is written once more to know it. */
async function framed(
  document: DicomDocument,
  write: () => Generator<FilePart>,
  model: DicomModel,
  notes: FileNotes,
): Promise<Prepared> {
  const frame = await dicomFrame(document, countBytes(write()), model, notes)
  return { parts: writeDicom(frame, write()), frame }
}

async function prepared(meshes: readonly Released<Mesh>[], notes: FileNotes, order: FileOrder): Promise<Prepared> {
  const { format, values = null, dicom = PLAIN_MODEL } = order
  const plain = (parts: Generator<FilePart>): Prepared => ({ parts, frame: null })
  switch (format) {
    case 'stl':
      return plain(writeStl(only(meshes, format)))
    case '3mf':
      return plain(writeThreeMf(meshes, notes))
    case 'obj':
      return plain(writeObj(meshes, notes))
    case 'ply':
      return plain(writePly(only(meshes, format), notes, values))
    case 'dicom-stl': {
      const mesh = only(meshes, format)
      return framed('stl', () => writeStl(mesh), dicom, notes)
    }
    case 'dicom-obj': {
      const mesh = only(meshes, format)
      return framed('obj', () => writeObj([mesh], notes), dicom, notes)
    }
  }
}

/** The part sealed for these recipients, read back and compared; null without any. */
async function sealedFor(
  recipients: readonly SealRecipient[],
  meshes: readonly Released<Mesh>[],
  notes: FileNotes,
  policy: Policy,
  ctx: Context,
): Promise<Blob | null> {
  if (recipients.length === 0) return null
  const sealed = await sealThreeMf(meshes, notes, recipients, subContext(ctx, 0, 0.5))
  await requireSealed(sealed, { meshes, notes, recipients }, policy, subContext(ctx, 0.5, 1))
  return sealed.file
}

/**
 * The only way to a file: earns the release of each body again from its findings, writes, reads back and compares.
 * Never scales, moves or repairs. Written and read in pieces; memory: the meshes, what reread() needs, and at the end the file
 * once, because WebCrypto hashes only what lies in one array. Formats that are not of MANY_BODIES take one.
 * @throws qa/stale, qa/refused from the gate; export/mismatch when the file does not read back as the bodies.
 */
export async function exportBodies(input: BodiesInput, ctx: Context): Promise<ExportedFile> {
  const { bodies, policy, format, traceId, recipe = null, values = null, recipients = [] } = input
  const digests: string[] = []
  const released: Released<Mesh>[] = []
  for (const { mesh, checkedDigest, findings, acknowledgements } of bodies) {
    const digest = await digestMesh(mesh)
    released.push(release(mesh, digest, checkedDigest, findings, acknowledgements, policy))
    digests.push(digest)
  }
  const notes = await fileNotes(traceId, recipe, bodies, digests)
  const { parts, frame } = await prepared(released, notes, input)
  // A sealed file is written and read beside the plain one.
  const share = recipients.length === 0 ? 0.95 : 0.5
  const file = await writeFile(parts, subContext(ctx, 0, 0.6 * share))
  const rereading = subContext(ctx, 0.6 * share, share)
  const finding = await reread(released, { file, format, notes, values, frame }, policy, rereading)
  if (finding.level === 'fail') {
    throw new PipelineError(
      'export/mismatch',
      'The file read back is not the model that was checked, so it was not kept. Run the check again.',
      { format, reason: finding.detail.reason ?? '', maxErrorMm: finding.value },
    )
  }
  const fileDigest = await sha256(new Uint8Array(await file.arrayBuffer()))
  const sealed =
    format === '3mf' ? await sealedFor(recipients, released, notes, policy, subContext(ctx, share, 1)) : null
  ctx.progress(1)
  return { format, file, digest: fileDigest, finding, sealed }
}

/** As exportBodies(), of one. */
export function exportMesh(input: ExportInput, ctx: Context): Promise<ExportedFile> {
  const { mesh, checkedDigest, findings, acknowledgements, name = UNNAMED, colour = PLAIN_COLOUR, ...order } = input
  return exportBodies({ ...order, bodies: [{ mesh, checkedDigest, findings, acknowledgements, name, colour }] }, ctx)
}
