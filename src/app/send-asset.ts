import * as Comlink from 'comlink'
import { isShared } from '../core/shared.ts'
import type { KeptAsset } from './pipeline.ts'
import type { Workers } from './workers.ts'

const BYTES_AT_ONCE = 2 ** 23

/** Bytes on their way to the vault: a file and shared memory are only referred to, so they cross the border as they are. */
export async function sentBytes(
  workers: Workers,
  parts: KeptAsset['parts'],
): Promise<{ file: Blob } | { shared: Uint8Array } | { upload: number }> {
  if (parts instanceof Blob) return { file: parts }
  const [only] = parts
  return parts.length === 1 && only && isShared(only) ? { shared: only } : { upload: await sent(workers, parts) }
}

/** Copies piece by piece, not as a whole: 157 MB at once would hold up the page, and a failed commit sends them again. */
async function sent({ vault }: Workers, parts: readonly Uint8Array[]): Promise<number> {
  const total = parts.reduce((sum, part) => sum + part.length, 0)
  const upload = await vault.call((api) => api.expect(total))
  for (const part of parts) {
    for (let at = 0; at < part.length; at += BYTES_AT_ONCE) {
      const piece = part.slice(at, at + BYTES_AT_ONCE)
      await vault.call((api) => api.receive(upload, Comlink.transfer(piece, [piece.buffer as ArrayBuffer])))
    }
  }
  return upload
}
