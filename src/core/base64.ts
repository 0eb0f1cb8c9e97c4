const FORM = /^[A-Za-z0-9+/]*={0,2}$/
/** String.fromCharCode takes its bytes as arguments. */
const AT_ONCE = 8192

/** Base 64 of RFC 4648, section 4, with padding. */
export function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += AT_ONCE) text += String.fromCharCode(...bytes.subarray(at, at + AT_ONCE))
  return btoa(text)
}

/** The bytes; undefined for anything but the one text that `toBase64` gives for them. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!FORM.test(text) || text.length % 4 !== 0) return undefined
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
  // Spare bits of the last character: several texts would stand for the same bytes.
  return toBase64(bytes) === text ? bytes : undefined
}
