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

/** Digest of several parts: SHA-256 over the SHA-256 of each, so that no two part lists collide by shifting bytes. */
async function digestParts(parts: Uint8Array[]): Promise<string> {
  const digests: string[] = []
  for (const part of parts) digests.push(await sha256(part))
  return sha256(new TextEncoder().encode(digests.join('\n')))
}

/** Digest of a volume: geometry, rescale and voxels. */
export function digestVolume(v: Volume): Promise<string> {
  return digestParts([text(['volume', v.grid, v.slope, v.intercept, v.modality, v.unit]), view(v.data)])
}

/** Digest of a mask: geometry and bits. */
export function digestMask(m: Mask): Promise<string> {
  return digestParts([text(['mask', m.grid]), view(m.words)])
}

/** Digest of a label map: geometry and labels. */
export function digestLabels(m: LabelMap): Promise<string> {
  return digestParts([text(['labels', m.grid]), view(m.labels)])
}

/** Digest of a mesh: positions and indices, bit for bit. */
export function digestMesh(m: Mesh): Promise<string> {
  return digestParts([text(['mesh']), view(m.positions), view(m.indices)])
}
