import { ANATOMY } from '../core/anatomy.ts'
import { sha256 } from '../core/hash.ts'
import type { JsonValue } from '../core/json.ts'
import { canonicalJson } from '../trace/canonical.ts'
import type { Recipe } from '../trace/recipe.ts'
import { mismatch } from './file-parts.ts'
import { type PartName, partText } from './part-name.ts'

/** How a body appears in a file that can say so. */
export interface PartLabel {
  readonly name: PartName
  /** sRGB as `#RRGGBB`. */
  readonly colour: string
}

/** UUIDs of the 3MF production extension: the same for the same line and the same bodies. */
export interface PartIds {
  readonly build: string
  readonly objects: readonly string[]
  readonly items: readonly string[]
}

/** Everything that a file may say beside its triangles. Nothing in it can name a person. */
export interface FileNotes {
  /** Crockford characters and a dash. */
  readonly traceId: string
  /** One a body, in the order of the bodies. */
  readonly parts: readonly PartLabel[]
  readonly ids: PartIds
  /** Canonical JSON: the trace id and, when known, the recipe. */
  readonly trace: string
}

/** Warm white, as bone is drawn. */
export const PLAIN_COLOUR = '#E6DCC8'
const TRACE_ID = /^[0-9A-HJKMNP-TV-Z-]{1,32}$/
const COLOUR = /^#[0-9A-F]{6}$/
/** More bodies than the bones of a skeleton are no model. */
const MOST_PARTS = 512

/**
 * UUID of version 8 from the first 122 free bits of a SHA-256, as RFC 9562 (5.8 and appendix B.2) makes one from a name:
 * versions 3 and 5 would need hashes that WebCrypto lacks or that are broken.
 */
export function uuidOf(digest: string): string {
  const variant = '89ab'[Number.parseInt(digest.charAt(16), 16) & 3]
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-')
}

async function partIds(traceId: string, digests: readonly string[]): Promise<PartIds> {
  const of = async (...about: (string | number)[]) =>
    uuidOf(await sha256(new TextEncoder().encode(['proofprint-part/1', traceId, ...about].join('\n'))))
  return {
    build: await of('build', ...digests),
    objects: await Promise.all(digests.map((digest, n) => of('object', n, digest))),
    items: await Promise.all(digests.map((digest, n) => of('item', n, digest))),
  }
}

const isCount = (n: number) => Number.isInteger(n) && n > 0 && n <= MOST_PARTS
const isName = ({ anatomy, laterality, part, of }: PartName) =>
  ANATOMY.some(({ id }) => id === anatomy) &&
  ['left', 'right', 'none'].includes(laterality) &&
  isCount(part) &&
  isCount(of) &&
  part <= of

/**
 * The notes of a file with these bodies. `digests` are those of the meshes, in the same order.
 * Throws 'export/mismatch' when the trace id, a name or a colour is none, there is no body, or two have one name.
 */
export async function fileNotes(
  traceId: string,
  recipe: Recipe | null,
  parts: readonly PartLabel[],
  digests: readonly string[],
): Promise<FileNotes> {
  if (!TRACE_ID.test(traceId)) throw mismatch('The trace id has characters that do not belong in one.')
  if (parts.length !== digests.length || !isCount(parts.length))
    throw mismatch('The file has no part to hold, or too many. Save fewer at once.', { parts: parts.length })
  if (!parts.every(({ name, colour }) => isName(name) && COLOUR.test(colour)))
    throw mismatch('A part has a name or a colour that is not on the list. Choose its anatomy again.')
  if (new Set(parts.map(({ name }) => partText(name))).size < parts.length)
    throw mismatch('Two parts have the same name. Number them.')
  const said: { [key: string]: JsonValue } = { format: 'proofprint-trace/1', traceId }
  if (recipe) said.recipe = recipe as unknown as JsonValue
  return { traceId, parts, ids: await partIds(traceId, digests), trace: canonicalJson(said) }
}
