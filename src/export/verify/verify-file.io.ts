import { sha256 } from '../../core/hash.ts'
import { subContext } from '../../core/pace.ts'
import type { Context } from '../../core/stage.ts'
import type { Mesh } from '../../core/types.ts'
import { requireReadable } from '../mesh-file.ts'
import { type AnyPart, readAnyPart } from './read-any.io.ts'
import { type KnownRelease, type Verdict, type VerifyParams, verifyPart } from './verify.ts'

/** A release whose mesh is read only when a file has to be held against it. */
export interface KeptRelease extends Omit<KnownRelease, 'mesh'> {
  /** Null when no file of it is kept: then it is known by the digests of its files alone. */
  readonly readMesh: (() => Promise<Mesh>) | null
}

export interface Verified {
  readonly verdict: Verdict
  /** What the file holds and says of itself; null when it is known by its bytes and was not opened. */
  readonly part: Pick<AnyPart, 'kind' | 'traceId' | 'mesh'> | null
}

/** Releases whose meshes are held at once. */
const MOST_READ = 16

/** The meshes of the releases, that of the claimed trace id first. */
async function meshesOf(releases: readonly KeptRelease[], claimed: string | null, ctx: Context) {
  const isClaimed = ({ traceId }: KeptRelease) => traceId === claimed
  const order = [...releases.filter(isClaimed), ...releases.filter((release) => !isClaimed(release))]
  const known: KnownRelease[] = []
  for (const { readMesh, traceId, fileDigests } of order) {
    ctx.signal.throwIfAborted()
    if (readMesh && known.length < MOST_READ) known.push({ traceId, fileDigests, mesh: await readMesh() })
    ctx.progress(known.length / Math.min(MOST_READ, order.length))
  }
  return known
}

/**
 * Says whether a dropped file holds a released part, and what was done to it; `name` only helps to tell its kind. A file
 * that was written here is known by its bytes and not opened. Of many releases the claimed one and the first ones given are
 * tried. Memory: the file once, because WebCrypto hashes only what lies in one array, then the meshes of at most 16 releases
 * and what verifyPart() needs. Errors: those of readAnyPart() and of `readMesh`.
 */
export async function verifyFile(
  file: Blob,
  name: string,
  releases: readonly KeptRelease[],
  params: VerifyParams,
  ctx: Context,
): Promise<Verified> {
  requireReadable(file)
  const fileDigest = await sha256(new Uint8Array(await file.arrayBuffer()))
  const same = releases.find(({ fileDigests }) => fileDigests.includes(fileDigest))
  if (same) return { verdict: { verdict: 'unchanged', traceId: same.traceId, by: 'file' }, part: null }
  const { kind, mesh, traceId } = await readAnyPart(file, name, subContext(ctx, 0, 0.3))
  const known = await meshesOf(releases, traceId, subContext(ctx, 0.3, 0.5))
  const verdict = await verifyPart({ mesh, traceId }, known, params, subContext(ctx, 0.5, 1))
  return { verdict, part: { kind, traceId, mesh } }
}
