import { PipelineError } from '../core/errors.ts'
import type { Finding } from '../core/finding.ts'
import { triangleCount } from '../core/mesh.ts'
import type { Context } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import { finding } from '../qa/grade.ts'
import type { Policy } from '../qa/policy.ts'
import { Comparison, giveCorners } from './comparison.ts'
import { readDicom } from './dicom-read.ts'
import type { DicomFrame } from './dicom-write.ts'
import type { FileNotes } from './file-notes.ts'
import { type ExportFormat, mismatch, type TakeCorners } from './file-parts.ts'
import type { MeshFile } from './mesh-file.ts'
import { OBJ_HEADER, traceComment } from './obj.ts'
import { readObj } from './obj-read.ts'
import { partText } from './part-name.ts'
import { PLY_HEADER, type VertexValues } from './ply.ts'
import { readPly } from './ply-read.ts'
import { readStl } from './stl-read.ts'
import { ALLOWED_METADATA } from './threemf-package.ts'
import { readThreeMf, type ThreeMfFile } from './threemf-read.io.ts'

/** What a file was written from. */
export interface Written {
  readonly file: Blob
  readonly format: ExportFormat
  readonly notes: FileNotes
  /** Of a PLY. */
  readonly values: VertexValues | null
  /** Of a DICOM file. */
  readonly frame: DicomFrame | null
}

interface FileSaid {
  readonly unit: string
  /** Null when every statement in the file is allowed and true. */
  readonly problem: 'metadata' | 'transform' | 'values' | null
}
type Said = (written: Written, meshes: readonly Mesh[], take: TakeCorners, ctx: Context) => Promise<FileSaid>

const stlSaid: Said = async ({ file }, _, take, ctx) => {
  await readStl(file, take, ctx)
  return { unit: 'millimeter', problem: null }
}

/** Whether a 3MF says what it was told to say, and nothing else. */
function isHonest(said: ThreeMfFile, { traceId, parts, ids, trace }: FileNotes): boolean {
  return (
    ALLOWED_METADATA.length === Object.keys(said.metadata).length &&
    said.metadata['pp:TraceId'] === traceId &&
    said.trace === trace &&
    said.build === ids.build &&
    said.bodies.length === parts.length &&
    said.bodies.every(
      ({ name, colour, uuid, item }, n) =>
        name === (parts[n] && partText(parts[n].name)) &&
        colour === parts[n]?.colour &&
        uuid === ids.objects[n] &&
        item === ids.items[n],
    )
  )
}

const threeMfSaid: Said = async ({ file, notes }, meshes, take, ctx) => {
  const points = meshes.reduce((sum, { positions }) => sum + positions.length / 3, 0)
  const said = await readThreeMf(file, points, take, ctx)
  const moved = said.bodies.some(
    ({ transform }) =>
      transform.slice(0, 9).join(' ') !== '1 0 0 0 1 0 0 0 1' ||
      transform.join(' ') !== said.bodies[0]?.transform.join(' '),
  )
  return { unit: said.unit, problem: isHonest(said, notes) ? (moved ? 'transform' : null) : 'metadata' }
}

/** A file of a kind that others write too, read as theirs are; it may say nothing but what this project says. */
async function ownSaid(read: () => Promise<MeshFile>, comments: readonly string[], names: readonly string[]) {
  try {
    const found = await read()
    const honest =
      found.passedOver === 0 && found.comments.join('\n') === comments.join('\n') && found.names.join() === names.join()
    return { found, honest }
  } catch (error) {
    if (error instanceof PipelineError) throw mismatch('The file cannot be read back.', { reason: error.code })
    throw error
  }
}

const objSaid: Said = async ({ file, notes }, _, take, ctx) => {
  const names = notes.parts.map(({ name }) => partText(name))
  const comments = [OBJ_HEADER, traceComment(notes.traceId)]
  const { found, honest } = await ownSaid(() => readObj(file, ctx), comments, names)
  giveCorners(found.mesh, take)
  return { unit: 'millimeter', problem: honest ? null : 'metadata' }
}

const sameBits = (a: Float32Array | undefined, b: Float32Array) =>
  a?.length === b.length && a.every((value, n) => Object.is(value, b[n]))

const plySaid: Said = async ({ file, notes, values }, _, take, ctx) => {
  const comments = [PLY_HEADER, traceComment(notes.traceId)]
  const { found, honest } = await ownSaid(() => readPly(file, ctx), comments, [])
  giveCorners(found.mesh, take)
  const right = values
    ? found.values.size === 1 && sameBits(found.values.get(values.name), values.values)
    : found.values.size === 0
  return { unit: 'millimeter', problem: honest ? (right ? null : 'values') : 'metadata' }
}

const sameBytes = (a: Uint8Array, b: Uint8Array | undefined) =>
  a.length === b?.length && a.every((byte, n) => byte === b[n])

/** The document by its own reader; around it stands what was meant to stand there, byte for byte. */
const dicomSaid =
  (mime: string, readDocument: Said): Said =>
  async (written, meshes, take, ctx) => {
    const { head, tail, document, mime: found } = await readDicom(written.file)
    const said = await readDocument({ ...written, file: document }, meshes, take, ctx)
    const honest = found === mime && sameBytes(head, written.frame?.head) && sameBytes(tail, written.frame?.tail)
    return { ...said, problem: said.problem ?? (honest ? null : 'metadata') }
  }

const SAID: Readonly<Record<ExportFormat, Said>> = {
  stl: stlSaid,
  '3mf': threeMfSaid,
  obj: objSaid,
  ply: plySaid,
  'dicom-stl': dicomSaid('model/stl', stlSaid),
  'dicom-obj': dicomSaid('model/obj', objSaid),
}

/**
 * Reads a written file back, a piece at a time, and compares it with the bodies it came from: unit, triangle count, corners,
 * names, metadata, values. A value, never an exception for a difference; a file that cannot be read at all, or holds more
 * points than the bodies, throws 'export/mismatch'. Memory: for STL 7 MB, for 3MF 12 bytes a point, for others their mesh.
 */
export async function reread(
  meshes: readonly Mesh[],
  written: Written,
  policy: Policy,
  ctx: Context,
): Promise<Finding> {
  const { format } = written
  const comparison = new Comparison(meshes)
  const said = await SAID[format](written, meshes, (corners) => comparison.take(corners), ctx)
  const { isWhole, worst } = comparison
  const maxErrorMm = isWhole ? comparison.maxErrorMm : 0
  const limit = policy.fileRereadMm
  const reason =
    (said.unit === 'millimeter' ? null : 'unit') ??
    (isWhole ? null : 'triangle-count') ??
    said.problem ??
    (maxErrorMm <= limit ? null : 'position')
  return finding(policy, {
    check: 'file-reread',
    level: reason === null ? 'pass' : 'fail',
    value: maxErrorMm,
    limit,
    unit: 'mm',
    detail: {
      format,
      fileUnit: said.unit,
      triangles: meshes.reduce((sum, mesh) => sum + triangleCount(mesh), 0),
      trianglesRead: comparison.triangles,
      ...(reason === null ? {} : { reason }),
    },
    places: reason === 'position' && worst ? [worst] : [],
  })
}
