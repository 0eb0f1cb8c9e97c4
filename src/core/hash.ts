import type { LabelMap, Mask, Mesh, Volume } from './types.ts'

/** Lower-case hex. */
export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (const b of bytes) text += b.toString(16).padStart(2, '0')
  return text
}

/** SHA-256 as lower-case hex. Shared memory is copied first: WebCrypto refuses it. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const own = bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : bytes.slice()
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', own as Uint8Array<ArrayBuffer>)))
}

const view = (a: ArrayBufferView) => new Uint8Array(a.buffer, a.byteOffset, a.byteLength)
const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

/** How long bytes were dealt and hashed: at once, as cases of format 1 were, or by pieces (ADR 6). Short ones come out the same. */
export type Taken = 'whole' | 'pieces'

/** WebCrypto takes no stream and copies what it is given: more at once would double a scan. */
const PIECE_BYTES = 1 << 24
const PIECES_MARK = 1
const SHA256_BYTES = 32

/**
 * Digest of bytes of any length, 16 MiB in memory at a time: SHA-256 as it is up to 16 MiB, past that the SHA-256 of a byte 1
 * and the SHA-256 of each 16 MiB. That list has an odd length, so no voxels, words or points are taken for one (ADR 6).
 * 'whole' is only for comparing with what a case of format 1 says; memory: two copies of shared bytes.
 */
export async function digestBytes(bytes: Uint8Array, taken: Taken = 'pieces'): Promise<string> {
  if (taken === 'whole' || bytes.length <= PIECE_BYTES) return sha256(bytes)
  const list = new Uint8Array(1 + SHA256_BYTES * Math.ceil(bytes.length / PIECE_BYTES))
  list[0] = PIECES_MARK
  const piece = new Uint8Array(PIECE_BYTES)
  for (let n = 0; n * PIECE_BYTES < bytes.length; n++) {
    const from = bytes.subarray(n * PIECE_BYTES, (n + 1) * PIECE_BYTES)
    piece.set(from)
    const digest = await crypto.subtle.digest('SHA-256', piece.subarray(0, from.length))
    list.set(new Uint8Array(digest), 1 + SHA256_BYTES * n)
  }
  return sha256(list)
}

/** Digest of several parts: SHA-256 over the digest of each, so that no two part lists collide by shifting bytes. */
export async function digestParts(parts: readonly Uint8Array[], taken?: Taken): Promise<string> {
  const digests: string[] = []
  for (const part of parts) digests.push(await digestBytes(part, taken))
  return sha256(new TextEncoder().encode(digests.join('\n')))
}

/** Digest of a volume: geometry, rescale and voxels. */
export function digestVolume(v: Volume, taken?: Taken): Promise<string> {
  return digestParts([text(['volume', v.grid, v.slope, v.intercept, v.modality, v.unit]), view(v.data)], taken)
}

/** Digest of a mask: geometry and bits. */
export function digestMask(m: Mask, taken?: Taken): Promise<string> {
  return digestParts([text(['mask', m.grid]), view(m.words)], taken)
}

/** Digest of a label map: geometry and labels. */
export function digestLabels(m: LabelMap): Promise<string> {
  return digestParts([text(['labels', m.grid]), view(m.labels)])
}

/** Digest of a mesh: positions and indices, bit for bit. */
export function digestMesh(m: Mesh, taken?: Taken): Promise<string> {
  return digestParts([text(['mesh']), view(m.positions), view(m.indices)], taken)
}
