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

/** Writes a whole number >= 0 as decimal digits at `at`; returns the place after it. */
export function writeInteger(bytes: Uint8Array, at: number, value: number): number {
  let end = at + 1
  for (let rest = Math.floor(value / 10); rest > 0; rest = Math.floor(rest / 10)) end++
  for (let n = end - 1, rest = value; n >= at; n--, rest = Math.floor(rest / 10)) bytes[n] = ZERO + (rest % 10)
  return end
}

/**
 * Writes a number of at most LARGEST_DECIMAL in magnitude with up to 6 decimals, no exponent, no "-0"; returns the
 * place after it. Bytes rather than strings: `toFixed` and string joins took most of the time of a 3MF file.
 */
export function writeDecimal(bytes: Uint8Array, at: number, value: number): number {
  const scaled = Math.round(Math.abs(value) * UNIT)
  const whole = Math.floor(scaled / UNIT)
  let rest = scaled - whole * UNIT
  let to = at
  if (value < 0 && scaled > 0) bytes[to++] = MINUS
  to = writeInteger(bytes, to, whole)
  if (rest === 0) return to
  bytes[to++] = POINT
  let digits = DECIMALS
  while (rest % 10 === 0) {
    rest = rest / 10
    digits--
  }
  for (let n = digits - 1; n >= 0; n--, rest = Math.floor(rest / 10)) bytes[to + n] = ZERO + (rest % 10)
  return to + digits
}
