import { digestMask, digestMesh, digestVolume } from '../core/hash.ts'
import type { Mask, Mesh, Volume } from '../core/types.ts'

const known = new WeakMap<object, Promise<string>>()

function once<T extends object>(value: T, digest: (value: T) => Promise<string>): Promise<string> {
  const found = known.get(value) ?? digest(value)
  known.set(value, found)
  return found
}

/** Notes a digest that a worker made before it sent the volume. */
export function noteVolumeDigest(volume: Volume, digest: string): void {
  known.set(volume, Promise.resolve(digest))
}

/** Digest of a volume, hashed once per object. The object must not change afterwards (none on the line does). */
export const volumeDigest = (volume: Volume): Promise<string> => once(volume, digestVolume)
/** Digest of a mask, hashed once per object. */
export const maskDigest = (mask: Mask): Promise<string> => once(mask, digestMask)
/** Digest of a mesh, hashed once per object. */
export const meshDigest = (mesh: Mesh): Promise<string> => once(mesh, digestMesh)
