import { canonicalJson } from './canonical.ts'
import type { Recipe } from './recipe.ts'

/** Crockford base32: no I, L, O, U, so an ID read aloud or off a printed part has one reading. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const CHARACTERS = 10

/** First 50 bits of SHA-256 over the canonical recipe, for example `7K3MQ-2XA9B`. */
export async function traceId(recipe: Recipe): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(canonicalJson(recipe)))
  const bits = new DataView(digest).getBigUint64(0) >> 14n
  let id = ''
  for (let n = CHARACTERS - 1; n >= 0; n--) id += ALPHABET[Number((bits >> BigInt(5 * n)) & 31n)]
  return `${id.slice(0, 5)}-${id.slice(5)}`
}

/** Letters that Crockford base32 reads as digits. */
const READ_AS: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1' }

/**
 * The id that a person typed, or that stands somewhere in a text or a file name: any case, with or without the dash or spaces, O for 0,
 * I and L for 1. Null for what is none.
 */
export function readTraceId(text: string): string | null {
  const found = /(?<![0-9a-z])[0-9a-z]{5}[\s-]?[0-9a-z]{5}(?![0-9a-z])/i.exec(text.trim().replace(/\s+/g, ' '))
  const id = found?.[0]
    .toUpperCase()
    .replace(/[\s-]/g, '')
    .replace(/[OIL]/g, (letter) => READ_AS[letter] ?? letter)
  if (id === undefined || [...id].some((letter) => !ALPHABET.includes(letter))) return null
  return `${id.slice(0, 5)}-${id.slice(5)}`
}

/** Which of how many files of one part, from 1. */
export interface FileOfPart {
  readonly n: number
  readonly of: number
}

/**
 * Name of an exported file: the trace id, and which of several it is; nothing else, so it can never carry a patient's name.
 */
export function exportFileName(
  id: string,
  extension: 'stl' | '3mf' | 'obj' | 'ply' | 'stl.dcm' | 'obj.dcm' | 'json' | 'png',
  { n, of }: FileOfPart = { n: 1, of: 1 },
): string {
  return of === 1 ? `${id}.${extension}` : `${id}-part-${n}-of-${of}.${extension}`
}
