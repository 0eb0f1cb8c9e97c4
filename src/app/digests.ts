import { digestMask, digestMesh, digestVolume, type Taken } from '../core/hash.ts'
import type { Mask, Mesh, Volume } from '../core/types.ts'

/** By which the trace knows a value. */
const known = new WeakMap<object, Promise<string>>()
/** Of values that the trace knows by a digest of format 1: the one that this version makes. */
const anew = new WeakMap<object, Promise<string>>()
const ofFirstFormat = new WeakSet<object>()

function once<T extends object>(
  digests: WeakMap<object, Promise<string>>,
  value: T,
  digest: (value: T) => Promise<string>,
): Promise<string> {
  const found = digests.get(value) ?? digest(value)
  digests.set(value, found)
  return found
}

const onceNow = <T extends object>(value: T, digest: (value: T) => Promise<string>): Promise<string> =>
  once(ofFirstFormat.has(value) ? anew : known, value, digest)

/** Notes the digest that a worker made before it sent the value, or that the vault compared it with; `taken` says how it was made. */
export function noteDigest(value: Volume | Mask | Mesh, digest: string, taken: Taken = 'pieces'): void {
  known.set(value, Promise.resolve(digest))
  if (taken === 'whole') ofFirstFormat.add(value)
}

/** Digest of a volume, hashed once per object. The object must not change afterwards (none on the line does). */
export const volumeDigest = (volume: Volume): Promise<string> => once(known, volume, digestVolume)
/** Digest of a mask, hashed once per object. */
export const maskDigest = (mask: Mask): Promise<string> => once(known, mask, digestMask)
/** Digest of a mesh, hashed once per object. */
export const meshDigest = (mesh: Mesh): Promise<string> => once(known, mesh, digestMesh)

/** The digest that a worker makes of this volume: another than the trace's for a long one of a case of format 1. */
export const volumeDigestNow = (volume: Volume): Promise<string> => onceNow(volume, digestVolume)
/** The digest that the vault asks of a mask that is stored now, as volumeDigestNow. */
export const maskDigestNow = (mask: Mask): Promise<string> => onceNow(mask, digestMask)

/** The digest that the vault asks of a mesh that is stored now, as volumeDigestNow. */
export const meshDigestNow = (mesh: Mesh): Promise<string> => onceNow(mesh, digestMesh)

/** The digest that a worker makes of the mesh that was checked, if `checked` is this one; else `checked` itself, which it refuses. */
export async function checkedNow(mesh: Mesh, checked: string): Promise<string> {
  return checked === (await meshDigest(mesh)) ? meshDigestNow(mesh) : checked
}
