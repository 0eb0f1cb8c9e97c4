import type { FindingUnit } from '../core/finding.ts'
import type { Vec3 } from '../core/types.ts'

const THIN = '\u2009'
const MINUS = '\u2212'

/** A plain decimal with a true minus; no minus before a zero. */
export function decimal(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : value < 0 ? `${MINUS}∞` : 'unknown'
  const text = Math.abs(value).toFixed(decimals)
  const minus = value < 0 && Number(text) !== 0 ? MINUS : ''
  const [whole = '', rest] = text.split('.')
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, THIN) : whole
  return minus + grouped + (rest === undefined ? '' : `.${rest}`)
}

/** At most three significant digits: 0.742, 1.00, 62.5, 412. */
export function number3(value: number): string {
  const size = Math.abs(value)
  if (size === 0 || !Number.isFinite(value)) return decimal(value, 0)
  const decimals = size < 1 ? 3 : size < 10 ? 2 : size < 100 ? 1 : 0
  return decimal(value, decimals)
}

/** A whole number, grouped by thin spaces from five digits on. */
export function count(value: number): string {
  return decimal(Math.round(value), 0)
}

/** A change: always with its sign, except an exact zero. */
export function signed(value: number, decimals: number): string {
  const text = decimal(value, decimals)
  return value > 0 && Number(value.toFixed(decimals)) !== 0 ? `+${text}` : text
}

/** A number and its unit, held together by a thin space. */
export function withUnit(text: string, unit: string): string {
  return unit === '' ? text : `${text}${THIN}${unit}`
}

const lengthDecimals = (size: number) => (size < 0.01 && size > 0 ? 3 : size < 10 ? 2 : size < 100 ? 1 : 0)

/**
 * A sentence whose numbers do not part from their units at the end of a line: a word joiner after each thin space. The
 * narrow no-break space of the typeface is so narrow that it cannot be seen.
 */
export function unbroken(sentence: string): string {
  return sentence.replaceAll(THIN, `${THIN}\u2060`)
}

/** A length: 0.62 mm, 12.4 mm, 176 mm. */
export function mm(value: number): string {
  return withUnit(decimal(value, lengthDecimals(Math.abs(value))), 'mm')
}

/** A position along an axis, always to a tenth. */
export function positionMm(value: number): string {
  return withUnit(decimal(value, 1), 'mm')
}

/** A place in the patient, LPS. */
export const place3 = (at: Vec3): string => withUnit(at.map((v) => decimal(v, 1)).join(', '), 'mm')

/** Voxel spacing: three significant digits. */
export function spacingMm(value: number): string {
  return withUnit(number3(value), 'mm')
}

/** Three spacings as one figure. */
export function spacing3(s: Vec3): string {
  return withUnit(s.map(number3).join(' × '), 'mm')
}

/** Outer size of a part: whole millimetres from 10 mm on. */
export function size3(s: Vec3): string {
  return withUnit(s.map((v) => decimal(v, v < 10 ? 1 : 0)).join(' × '), 'mm')
}

/** A volume: cm3 from 0.1 cm3 on, mm3 below. */
export function volume(mm3: number): string {
  const cm3 = mm3 / 1000
  if (mm3 === 0) return withUnit('0', 'cm³')
  if (Math.abs(cm3) < 0.1) return withUnit(decimal(mm3, Math.abs(mm3) < 10 ? 1 : 0), 'mm³')
  const size = Math.abs(cm3)
  return withUnit(decimal(cm3, size < 10 ? 2 : size < 100 ? 1 : 0), 'cm³')
}

/** An area: mm2 below 100, cm2 from there on. */
export function area(mm2: number): string {
  return mm2 < 100 ? withUnit(number3(mm2), 'mm²') : withUnit(number3(mm2 / 100), 'cm²')
}

/** A share, unsigned. */
export function percent(value: number): string {
  return withUnit(decimal(value, Math.abs(value) < 10 ? 1 : 0), '%')
}

/** A change in percent with its sign. */
export function changePercent(value: number): string {
  return withUnit(signed(value, Math.abs(value) < 10 ? 1 : 0), '%')
}

/** Bytes in powers of 1000, as storage is sold. */
export function bytes(value: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  let n = value
  let unit = 0
  while (n >= 999.5 && unit < units.length - 1) {
    n /= 1000
    unit++
  }
  return withUnit(decimal(n, unit === 0 || n >= 99.5 ? 0 : n >= 10 ? 1 : 2), units[unit] ?? '')
}

/** Time a step took or will take. */
export function seconds(value: number): string {
  if (value < 1) return withUnit(count(value * 1000), 'ms')
  if (value < 90) return withUnit(decimal(value, value < 10 ? 1 : 0), 's')
  return withUnit(decimal(value / 60, 0), 'min')
}

/** Time left of running work, in whole seconds or minutes. */
export function timeLeft(value: number): string {
  return value < 90 ? withUnit(count(Math.max(1, value)), 's') : withUnit(count(value / 60), 'min')
}

/** Minutes and seconds of a countdown: 9:58. */
export function countdown(ms: number): string {
  const total = Math.max(0, Math.ceil(ms / 1000))
  return `${Math.floor(total / 60)}:${String(total % 60).padStart(2, '0')}`
}

/** A number as a field shows it: a true minus, no trailing zeros, nothing below a ten thousandth. */
export function fieldText(value: number): string {
  return String(Number(value.toFixed(4))).replace('-', MINUS)
}

/** What a person typed: any minus, a comma or a point, spaces between groups. Null when it is no number. */
export function typedNumber(text: string): number | null {
  const plain = text
    .replace(/\s/g, '')
    .replace(/[\u2212\u2013]/g, '-')
    .replace(',', '.')
  const value = Number(plain)
  return plain === '' || !Number.isFinite(value) ? null : value
}

/** First and last groups of a digest; the whole one is in the report. */
export function shortDigest(hex: string): string {
  return `${hex.slice(0, 4)} ${hex.slice(4, 8)} … ${hex.slice(-4)}`
}

/** The value of a finding with its unit. */
export function findingValue(value: number, unit: FindingUnit): string {
  switch (unit) {
    case 'mm':
      return mm(value)
    case 'mm2':
      return area(value)
    case 'mm3':
      return volume(value)
    case '%':
      return percent(value)
    case ':1':
      return `${number3(value)} : 1`
    case 'count':
      return count(value)
  }
}

/** "14:06" today, "20 Nov" before; `now` is given so that the result can be tested. */
export function opened(iso: string, now: Date): string {
  const at = new Date(iso)
  const time = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  if (at.toDateString() === now.toDateString()) return time
  return at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })
}

/** Time of day with seconds, for the trace. */
export function clock(iso: string): string {
  return new Date(iso).toLocaleTimeString('en-GB')
}

/** "1 piece", "1,204 pieces". */
export const plural = (n: number, one: string, many: string) => `${count(n)} ${n === 1 ? one : many}`

/** With a capital first. */
export const capital = (s: string) => s.charAt(0).toUpperCase() + s.slice(1)

/** "1 place", "3 places". */
export const places = (n: number) => plural(n, 'place', 'places')

/** Where a direction leads in the patient, by its largest part. */
export function directionText(direction: Vec3): string {
  const [x, y, z] = direction
  const largest = Math.max(...direction.map(Math.abs))
  if (Math.abs(x) === largest) return x > 0 ? 'to the left' : 'to the right'
  if (Math.abs(y) === largest) return y > 0 ? 'to the back' : 'to the front'
  return z > 0 ? 'up' : 'down'
}
