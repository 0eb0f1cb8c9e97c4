/** A SHA-256 digest, 32 bytes. */
export type Hash = Uint8Array<ArrayBuffer>

const HASH_BYTES = 32
const LEAF = 0
const NODE = 1

async function hashed(prefix: number, ...parts: readonly Uint8Array[]): Promise<Hash> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 1))
  bytes[0] = prefix
  let at = 1
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}

/** Hash of one entry (RFC 6962, 2.1): the prefix keeps an entry from posing as an inner node. */
export const leafHash = (data: Uint8Array): Promise<Hash> => hashed(LEAF, data)
const nodeHash = (left: Uint8Array, right: Uint8Array): Promise<Hash> => hashed(NODE, left, right)

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, n) => byte === b[n])

/** The tree from its leaves up. A node without a neighbour goes up as it is, which gives the tree of RFC 6962. */
async function levelsOf(leaves: readonly Hash[]): Promise<readonly (readonly Hash[])[]> {
  const levels = [leaves]
  for (let level = leaves; level.length > 1; levels.push(level)) {
    const pairs = Array.from({ length: Math.ceil(level.length / 2) }, (_, n) => level.slice(2 * n, 2 * n + 2))
    level = await Promise.all(pairs.map(([left, right]) => (right ? nodeHash(left as Hash, right) : (left as Hash))))
  }
  return levels
}

/** Root over leaf hashes in their order; of no leaves the SHA-256 of nothing. */
export async function merkleRoot(leaves: readonly Hash[]): Promise<Hash> {
  const top = (await levelsOf(leaves)).at(-1)?.[0]
  return top ?? new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array()))
}

const requireWithin = (value: number, least: number, most: number) => {
  if (!(Number.isSafeInteger(value) && value >= least && value <= most)) throw new RangeError(`no such tree: ${value}`)
}

/**
 * A tree by its whole subtrees, the largest first: all that is needed to go on with it and to know its root. The peaks of `size`
 * leaves, with one leaf more.
 */
export async function grown(peaks: readonly Hash[], size: number, leaf: Hash): Promise<Hash[]> {
  const next = [...peaks, leaf]
  for (let left = size; left % 2 === 1; left = (left - 1) / 2) {
    const [a, b] = next.splice(-2)
    next.push(await nodeHash(a as Hash, b as Hash))
  }
  return next
}

/** Root over the peaks of a tree; of none as `merkleRoot`. */
export async function rootOfPeaks(peaks: readonly Hash[]): Promise<Hash> {
  const [last, ...rest] = peaks.toReversed()
  if (!last) return merkleRoot([])
  let root = last
  for (const peak of rest) root = await nodeHash(peak, root)
  return root
}

/** From leaf `index` up: what its root needs beside it (RFC 9162, 2.1.3.1). Throws RangeError for no such leaf. */
export async function inclusionProof(leaves: readonly Hash[], index: number): Promise<Hash[]> {
  requireWithin(index, 0, leaves.length - 1)
  return neighbours(await levelsOf(leaves), 0, index)
}

/** That the first `size` leaves are where they were (RFC 9162, 2.1.4.1). Throws RangeError unless 1 <= size <= leaves. */
export async function consistencyProof(leaves: readonly Hash[], size: number): Promise<Hash[]> {
  requireWithin(size, 1, leaves.length)
  if (size === leaves.length) return []
  const levels = await levelsOf(leaves)
  let [level, index] = [0, size - 1]
  for (; index % 2 === 1; level++) index = (index - 1) / 2
  // Of a full tree the old root is that node itself, which the reader has.
  const first = index === 0 ? [] : (levels[level] ?? []).slice(index, index + 1)
  return [...first, ...neighbours(levels, level, index)]
}

function neighbours(levels: readonly (readonly Hash[])[], from: number, index: number): Hash[] {
  const proof: Hash[] = []
  for (const level of levels.slice(from)) {
    const beside = level[index % 2 === 1 ? index - 1 : index + 1]
    if (beside) proof.push(beside)
    index = Math.floor(index / 2)
  }
  return proof
}

/** A place in a tree on the way to its root; `last` is the last place on its level. */
interface Place {
  readonly index: number
  readonly last: number
}
const up = ({ index, last }: Place): Place => ({ index: Math.floor(index / 2), last: Math.floor(last / 2) })

/** Walks a proof up; `join` gets each of its hashes and on which side it stands. Undefined when the proof does not fit the tree. */
async function climb(
  from: Place,
  proof: readonly Uint8Array[],
  join: (beside: Uint8Array, isLeft: boolean) => Promise<void>,
): Promise<boolean> {
  let place = from
  for (const beside of proof) {
    if (place.last === 0) return false
    const isLeft = place.index % 2 === 1 || place.index === place.last
    await join(beside, isLeft)
    if (isLeft) while (place.index % 2 === 0 && place.index !== 0) place = up(place)
    place = up(place)
  }
  return place.last === 0
}

/** Whether this leaf hash stands at `index` in the tree of `size` leaves under this root (RFC 9162, 2.1.3.2). */
export async function isIncluded(
  { index, size, leaf, root }: { index: number; size: number; leaf: Uint8Array; root: Uint8Array },
  proof: readonly Uint8Array[],
): Promise<boolean> {
  if (!(index >= 0 && index < size && leaf.length === HASH_BYTES)) return false
  let hash = leaf
  const fits = await climb({ index, last: size - 1 }, proof, async (beside, isLeft) => {
    hash = await (isLeft ? nodeHash(beside, hash) : nodeHash(hash, beside))
  })
  return fits && sameBytes(hash, root)
}

/** A tree as its owner stated it once. */
export interface TreeHead {
  readonly size: number
  readonly root: Uint8Array
}

/** Whether the later tree begins with the earlier one (RFC 9162, 2.1.4.2). Nothing is consistent with an empty tree. */
export async function isConsistent(earlier: TreeHead, later: TreeHead, proof: readonly Uint8Array[]): Promise<boolean> {
  if (!(earlier.size >= 1 && earlier.size <= later.size)) return false
  if (earlier.size === later.size) return proof.length === 0 && sameBytes(earlier.root, later.root)
  let place: Place = { index: earlier.size - 1, last: later.size - 1 }
  while (place.index % 2 === 1) place = up(place)
  const [first, ...rest] = place.index === 0 ? [earlier.root, ...proof] : proof
  if (!first) return false
  let [before, after] = [first, first]
  const fits = await climb(place, rest, async (beside, isLeft) => {
    if (isLeft) before = await nodeHash(beside, before)
    after = await (isLeft ? nodeHash(beside, after) : nodeHash(after, beside))
  })
  return fits && sameBytes(before, earlier.root) && sameBytes(after, later.root)
}
