import { PipelineError } from '../core/errors.ts'
import type { Context } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import { decodeMesh } from '../vault/codec.ts'
import type { Proof } from '../vault/entry.ts'
import type { Desk } from './desk.svelte.ts'
import { noteDigest } from './digests.ts'
import { download } from './download.io.ts'
import { writeModel } from './export.ts'
import type { Leaving, Releasable, Released } from './review-view.ts'
import { orderOf, type Said } from './said.ts'
import { sealAndKeep } from './seal-file.ts'

/** Approvals of one part: one for each of its bodies. */
export interface ReleaseGroup extends Releasable {
  readonly said: Said
  readonly tokens: readonly string[]
}

type Releaser = Pick<Desk, 'workers' | 'stations' | 'prints' | 'line'>

/** An operator uses up the approvals of a part, writes its file and seals it, or hands out the plain one. Throws those of each. */
export async function releaseGroup(
  desk: Releaser,
  group: ReleaseGroup,
  { format, station: fingerprint, proof }: Leaving & { readonly proof: Proof },
  ctx: Context,
): Promise<Released> {
  const station = desk.stations.kept.stations.find((one) => one.fingerprint === fingerprint)
  // Before anything is used up.
  if (fingerprint !== null && !station)
    throw new PipelineError('handover/bad-recipient', 'This print station is not kept here any more.')
  const { vault } = desk.workers
  const meshes = new Map<string, Mesh>()
  for (const token of group.tokens) {
    const asset = await vault.call((api) => api.release(group.case, token, proof))
    const mesh = decodeMesh(asset.meta, asset.bytes)
    noteDigest(mesh, asset.digest, asset.taken)
    meshes.set(asset.digest, mesh)
  }
  const order = orderOf(group.said, meshes, format)
  if (!order) throw new PipelineError('qa/stale', 'Not every body of this part was approved. Ask the reviewer again.')
  // An operator has no key to the trace: what they wrote is signed into the log of the case.
  const { files } = await writeModel(desk.line({ record: async () => {} }), order, ctx)
  const { tokens, case: caseId, traceId, said } = group
  const named = files.map(({ row: { fileName: name, digest } }) => ({ name, digest }))
  const what = { tokens, files: named, station: fingerprint }
  const signed = await vault.call((api) => api.releaseFiles(caseId, what, proof))
  const readStatement = (bytes: Uint8Array) => vault.call((api) => api.releaseTerms(bytes))
  for (const { row, file } of files) {
    const { fileName, digest: job } = row
    const one = { file, fileName, process: said.process, ...signed }
    if (station) await sealAndKeep(desk, { order: one, station, caseId, traceId, job }, readStatement, ctx)
    else download(fileName, file)
  }
  return {
    case: caseId,
    traceId,
    at: new Date().toISOString(),
    files: named.map(({ name }) => name),
    station: station?.name ?? null,
  }
}
