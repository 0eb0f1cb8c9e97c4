import { PipelineError } from '../core/errors.ts'
import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import { fileDigest } from '../export/handover/parcel.ts'
import type { PinnedStation } from '../export/handover/print-station.ts'
import type { PinnedRecipient } from '../export/secure-content/recipient.ts'
import type { Subject } from '../trace/statement.ts'
import { decodeMesh } from '../vault/codec.ts'
import type { Proof } from '../vault/entry.ts'
import { notKept } from '../vault/release-files.ts'
import type { Desk } from './desk.svelte.ts'
import { noteDigest } from './digests.ts'
import { download } from './download.io.ts'
import { type ExportedPart, sealedName, writeModel } from './export.ts'
import type { Leaving, Releasable, Released } from './review-view.ts'
import { orderOf, type ReleaseFormat, type Said } from './said.ts'
import { sealAndKeep } from './seal-file.ts'

/** Approvals of one part: one for each of its bodies. */
export interface ReleaseGroup extends Releasable {
  readonly said: Said
  readonly tokens: readonly string[]
}

type Releaser = Pick<Desk, 'workers' | 'stations' | 'recipients' | 'prints' | 'line'>

/** For whom the files are, as they are kept here. */
interface Outlet {
  readonly format: ReleaseFormat
  readonly station: PinnedStation | null
  /** Of a sealed 3MF; empty for another file. */
  readonly recipients: readonly PinnedRecipient[]
}

/** Throws 'handover/bad-recipient', 'sealed/bad-recipient', 'sealed/no-recipient'. */
function outletOf({ stations, recipients }: Releaser, leaving: Leaving): Outlet {
  if (leaving.as === 'plain') return { format: leaving.format, station: null, recipients: [] }
  if (leaving.as === 'station') {
    const station = stations.kept.stations.find(({ fingerprint }) => fingerprint === leaving.station)
    if (station) return { format: leaving.format, station, recipients: [] }
    throw new PipelineError('handover/bad-recipient', 'This print station is not kept here any more.')
  }
  const kept = recipients.kept.recipients.filter(({ fingerprint }) => leaving.recipients.includes(fingerprint))
  if (kept.length !== leaving.recipients.length) throw notKept()
  if (kept.length === 0) throw new PipelineError('sealed/no-recipient', 'Choose who can open the sealed file.')
  return { format: '3mf', station: null, recipients: kept }
}

/** A file as it leaves, or as it is sealed for a station. */
interface WrittenFile extends Subject {
  readonly file: Blob
}

/** Of a sealed 3MF there is no other file: what is signed is what the recipients get. */
async function leavingFile({ row, file, sealed }: ExportedPart, ctx: Context): Promise<WrittenFile> {
  if (!sealed) return { name: row.fileName, digest: row.digest, file }
  return { name: sealedName(row.fileName), digest: await fileDigest(sealed, ctx), file: sealed }
}

/** Uses up the approvals of a part and writes its files. */
async function writtenFiles(
  desk: Releaser,
  { case: caseId, tokens, said }: ReleaseGroup,
  { format, recipients }: Outlet,
  proof: Proof,
  ctx: Context,
): Promise<WrittenFile[]> {
  const meshes = new Map<string, Mesh>()
  for (const token of tokens) {
    const asset = await desk.workers.vault.call((api) => api.release(caseId, token, proof))
    const mesh = decodeMesh(asset.meta, asset.bytes)
    noteDigest(mesh, asset.digest, asset.taken)
    meshes.set(asset.digest, mesh)
  }
  const order = orderOf(said, meshes, format)
  if (!order) throw new PipelineError('qa/stale', 'Not every body of this part was approved. Ask the reviewer again.')
  // An operator has no key to the trace: what they wrote is signed into the log of the case.
  const line = desk.line({ record: async () => {} })
  const { files } = await writeModel(line, { ...order, recipients }, subContext(ctx, 0, 0.9))
  const written: WrittenFile[] = []
  for (const part of files) written.push(await leavingFile(part, subContext(ctx, 0.9, 1)))
  return written
}

/**
 * An operator uses up the approvals of a part, writes its file and seals it, or hands out the plain one. For whom is looked at before
 * anything is used up. Throws those of each.
 */
export async function releaseGroup(
  desk: Releaser,
  group: ReleaseGroup,
  { leaving, proof }: { readonly leaving: Leaving; readonly proof: Proof },
  ctx: Context,
): Promise<Released> {
  const outlet = outletOf(desk, leaving)
  const { vault } = desk.workers
  const { tokens, case: caseId, traceId, said } = group
  const written = await writtenFiles(desk, group, outlet, proof, ctx)
  const { station, recipients } = outlet
  const files = written.map(({ name, digest }) => ({ name, digest }))
  const sealedFor = recipients.map(({ fingerprint }) => fingerprint)
  const what = { tokens, files, station: station?.fingerprint ?? null, sealedFor }
  const signed = await vault.call((api) => api.releaseFiles(caseId, what, proof))
  const readStatement = (bytes: Uint8Array) => vault.call((api) => api.releaseTerms(bytes))
  for (const { name: fileName, digest: job, file } of written) {
    const order = { file, fileName, process: said.process, ...signed }
    if (station) await sealAndKeep(desk, { order, station, caseId, traceId, job }, readStatement, ctx)
    else download(fileName, file)
  }
  return {
    case: caseId,
    traceId,
    at: new Date().toISOString(),
    files: files.map(({ name }) => name),
    sealedFor: [...(station ? [station] : []), ...recipients].map(({ name }) => name),
  }
}
