import { createHash } from 'node:crypto'

/**
 * A value with every typed array replaced by its kind, length and digest: `toEqual` on fingerprints compares millions
 * of numbers bit for bit (NaN and -0 included) in milliseconds instead of seconds.
 */
export function fingerprint(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    return `${value.constructor.name} of ${value.byteLength} bytes ${createHash('sha1').update(bytes).digest('hex')}`
  }
  if (Array.isArray(value)) return value.map(fingerprint)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fingerprint(inner)]))
}
