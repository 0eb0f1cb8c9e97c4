import { sha256 } from '../../core/hash.ts'
import { subContext } from '../../core/pace.ts'
import type { Context } from '../../core/stage.ts'
import { requireReadable } from '../mesh-file.ts'
import { readAnyPart } from './read-any.io.ts'
import { type KnownRelease, type Verdict, type VerifyParams, verifyPart } from './verify.ts'

/**
 * Says whether a dropped file holds a released part, and what was done to it; `name` only helps to tell its kind. A file
 * that was written here is known by its bytes and not opened. Memory: the file once, because WebCrypto hashes only what lies
 * in one array, then what verifyPart() needs. Errors: those of readAnyPart().
 */
export async function verifyFile(
  file: Blob,
  name: string,
  releases: readonly KnownRelease[],
  params: VerifyParams,
  ctx: Context,
): Promise<Verdict> {
  requireReadable(file)
  const fileDigest = await sha256(new Uint8Array(await file.arrayBuffer()))
  const same = releases.find(({ fileDigests }) => fileDigests.includes(fileDigest))
  if (same) return { verdict: 'unchanged', traceId: same.traceId, by: 'file' }
  const { mesh, traceId } = await readAnyPart(file, name, subContext(ctx, 0, 0.4))
  return verifyPart({ mesh, traceId }, releases, params, subContext(ctx, 0.4, 1))
}
