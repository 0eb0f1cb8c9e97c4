import type { JsonValue } from '../core/json.ts'

/** JSON.stringify would write U+D800 alone as an escape, which RFC 8785 forbids: two readers could differ. */
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/

function text(value: string): string {
  if (LONE_SURROGATE.test(value)) throw new TypeError('canonical JSON: a string is not valid Unicode')
  return JSON.stringify(value)
}

function number(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`canonical JSON: ${value} is not a JSON number`)
  return JSON.stringify(value)
}

/**
 * One text for one value, by RFC 8785 (JSON Canonicalization Scheme): keys in order of their UTF-16 units, numbers as
 * ECMAScript prints them, no spaces. A key whose value is undefined is left out, as JSON does.
 * Throws TypeError for NaN, infinities, lone surrogates and anything that is not JSON.
 */
export function canonicalJson(value: JsonValue): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return number(value)
  if (typeof value === 'string') return text(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object') throw new TypeError(`canonical JSON: a ${typeof value} is not JSON`)
  const members = Object.entries(value as { readonly [key: string]: JsonValue | undefined })
    .filter((member): member is [string, JsonValue] => member[1] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${text(key)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}
