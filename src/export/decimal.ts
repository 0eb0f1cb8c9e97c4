const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30

/** Digits after the point: 1e-6 mm. A float32 of 8 mm or more is then read back bit for bit. */
const DECIMALS = 6
const UNIT = 10 ** DECIMALS
/** Above this the digits would not be exact; no scanner and no printer is a kilometre wide. */
export const LARGEST_DECIMAL = 1e6
/** Bytes the longest number may take: sign, 7 digits, point, 6 digits. */
export const DECIMAL_BYTES = 15

/** '000' to '999': three digits at a time need a third of the divisions. */
const TRIPLES = Uint8Array.from({ length: 3000 }, (_, n) => {
  const value = Math.floor(n / 3)
  return ZERO + (Math.floor(value / 10 ** (2 - (n % 3))) % 10)
})

/** Writes value (0 to 999) as three digits at `at`. */
function writeTriple(bytes: Uint8Array, at: number, value: number): void {
  const from = value * 3
  bytes[at] = TRIPLES[from] as number
  bytes[at + 1] = TRIPLES[from + 1] as number
  bytes[at + 2] = TRIPLES[from + 2] as number
}

/** Writes value (0 to 999) without leading zeros; returns the place after it. */
function writeLeading(bytes: Uint8Array, at: number, value: number): number {
  if (value > 99) {
    writeTriple(bytes, at, value)
    return at + 3
  }
  if (value > 9) bytes[at] = TRIPLES[value * 3 + 1] as number
  const last = value > 9 ? at + 1 : at
  bytes[last] = TRIPLES[value * 3 + 2] as number
  return last + 1
}

/** Writes a whole number >= 0 as decimal digits at `at`; returns the place after it. */
export function writeInteger(bytes: Uint8Array, at: number, value: number): number {
  if (value < 1000) return writeLeading(bytes, at, value)
  const thousands = Math.floor(value / 1000)
  const to = thousands < 1000 ? writeLeading(bytes, at, thousands) : writeInteger(bytes, at, thousands)
  writeTriple(bytes, to, value - thousands * 1000)
  return to + 3
}

/**
 * Writes a number of at most LARGEST_DECIMAL in magnitude with up to 6 decimals, no exponent, no "-0"; returns the
 * place after it. Bytes rather than strings: `toFixed` and string joins took most of the time of a 3MF file.
 */
export function writeDecimal(bytes: Uint8Array, at: number, value: number): number {
  const size = Math.abs(value)
  let whole = size | 0
  let rest = ((size - whole) * UNIT + 0.5) | 0
  if (rest === UNIT) {
    whole++
    rest = 0
  }
  let to = at
  if (value < 0 && whole + rest > 0) bytes[to++] = MINUS
  to = writeInteger(bytes, to, whole)
  if (rest === 0) return to
  bytes[to] = POINT
  const thousands = (rest / 1000) | 0
  writeTriple(bytes, to + 1, thousands)
  writeTriple(bytes, to + 4, rest - thousands * 1000)
  to += 7
  while (bytes[to - 1] === ZERO) to--
  return to
}
