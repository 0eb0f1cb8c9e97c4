/** Table n * 256 + b: what byte b does to the sum when n more bytes follow it. */
const TABLES = (() => {
  const tables = new Int32Array(8 * 256)
  for (let b = 0; b < 256; b++) {
    let c = b
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
    tables[b] = c
  }
  for (let n = 256; n < tables.length; n++) {
    const before = tables[n - 256] as number
    tables[n] = (tables[before & 255] as number) ^ (before >>> 8)
  }
  return tables
})()

/**
 * Running CRC-32 (ISO 3309, as in zip); start with 0 and pass the last result on. Eight bytes at a time (Kounavis and Berry
 * 2008): three times as fast as byte by byte.
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  const whole = bytes.length - (bytes.length % 8)
  let c = ~before
  for (let n = 0; n < whole; n += 8) {
    c =
      (TABLES[1792 + ((c ^ (bytes[n] as number)) & 255)] as number) ^
      (TABLES[1536 + (((c >>> 8) ^ (bytes[n + 1] as number)) & 255)] as number) ^
      (TABLES[1280 + (((c >>> 16) ^ (bytes[n + 2] as number)) & 255)] as number) ^
      (TABLES[1024 + ((c >>> 24) ^ (bytes[n + 3] as number))] as number) ^
      (TABLES[768 + (bytes[n + 4] as number)] as number) ^
      (TABLES[512 + (bytes[n + 5] as number)] as number) ^
      (TABLES[256 + (bytes[n + 6] as number)] as number) ^
      (TABLES[bytes[n + 7] as number] as number)
  }
  for (let n = whole; n < bytes.length; n++) c = (TABLES[(c ^ (bytes[n] as number)) & 255] as number) ^ (c >>> 8)
  return ~c >>> 0
}
