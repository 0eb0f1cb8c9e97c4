const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c >>> 0
})

/** Running CRC-32 (ISO 3309, as in zip); start with 0 and pass the last result on. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let c = ~before
  for (let n = 0; n < bytes.length; n++) c = (TABLE[(c ^ (bytes[n] as number)) & 255] as number) ^ (c >>> 8)
  return ~c >>> 0
}
