import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toHex } from '../../../src/core/hash.ts'
import {
  consistencyProof,
  type Hash,
  inclusionProof,
  isConsistent,
  isIncluded,
  leafHash,
  merkleRoot,
} from '../../../src/core/merkle.ts'
import { showFigures } from '../../support/figures.ts'

const sha256 = async (...parts: Uint8Array[]): Promise<Hash> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', Buffer.concat(parts)))
const leavesOf = (count: number) =>
  Promise.all(Array.from({ length: count }, (_, n) => leafHash(new TextEncoder().encode(`entry ${n}`))))

/** The definitions of RFC 6962, 2.1, word for word: slow, and another way than the one under test. */
const split = (n: number) => 2 ** Math.ceil(Math.log2(n) - 1)
async function slowRoot(leaves: readonly Hash[]): Promise<Hash> {
  if (leaves.length <= 1) return leaves[0] ?? sha256()
  const k = split(leaves.length)
  return sha256(Uint8Array.of(1), await slowRoot(leaves.slice(0, k)), await slowRoot(leaves.slice(k)))
}
async function slowPath(m: number, leaves: readonly Hash[]): Promise<Hash[]> {
  if (leaves.length === 1) return []
  const k = split(leaves.length)
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)]
  return m < k
    ? [...(await slowPath(m, left)), await slowRoot(right)]
    : [...(await slowPath(m - k, right)), await slowRoot(left)]
}
async function slowSubproof(m: number, leaves: readonly Hash[], isWhole: boolean): Promise<Hash[]> {
  if (m === leaves.length) return isWhole ? [] : [await slowRoot(leaves)]
  const k = split(leaves.length)
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)]
  return m <= k
    ? [...(await slowSubproof(m, left, isWhole)), await slowRoot(right)]
    : [...(await slowSubproof(m - k, right, false)), await slowRoot(left)]
}

test('leaves and nodes are hashed with their prefix, so an entry cannot pose as a node', async () => {
  expect(toHex(await merkleRoot([]))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  expect(toHex(await leafHash(new Uint8Array()))).toBe(
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  )
  const [a, b] = (await leavesOf(2)) as [Hash, Hash]
  expect(await merkleRoot([a, b])).toEqual(await sha256(Uint8Array.of(1), a, b))
  expect(await leafHash(Buffer.concat([a, b]))).not.toEqual(await merkleRoot([a, b]))
})

test('roots and proofs are those of the definition, and hold; one changed bit, leaf or place does not', async () => {
  const sizes = fc.integer({ min: 1, max: 70 }).chain((n) => fc.tuple(fc.constant(n), fc.nat(n - 1), fc.nat(999)))
  await fc.assert(
    fc.asyncProperty(sizes, async ([size, at, salt]) => {
      const leaves = await leavesOf(size)
      const root = await merkleRoot(leaves)
      expect(root).toEqual(await slowRoot(leaves))
      const path = await inclusionProof(leaves, at)
      expect(path).toEqual(await slowPath(at, leaves))
      const leaf = leaves[at] as Hash
      expect(await isIncluded({ index: at, size, leaf, root }, path)).toBe(true)
      const old = { size: at + 1, root: await merkleRoot(leaves.slice(0, at + 1)) }
      const proof = await consistencyProof(leaves, old.size)
      expect(proof).toEqual(await slowSubproof(old.size, leaves, true))
      expect(await isConsistent(old, { size, root }, proof)).toBe(true)

      for (const [hashes, holds] of [
        [path, (given: Hash[]) => isIncluded({ index: at, size, leaf, root }, given)],
        [proof, (given: Hash[]) => isConsistent(old, { size, root }, given)],
      ] as const) {
        const changed = hashes.map((hash) => hash.slice())
        const nth = changed[salt % (changed.length || 1)]
        if (nth) nth[salt % 32] = (nth[salt % 32] ?? 0) ^ 1
        if (nth) expect(await holds(changed)).toBe(false)
        expect(await holds([...hashes, leaf])).toBe(false)
        if (hashes.length > 0) expect(await holds(hashes.slice(1))).toBe(false)
      }
      if (size > 1) {
        const other = (at + 1) % size
        expect(await isIncluded({ index: other, size, leaf, root }, path)).toBe(false)
        const swapped = leaves.map((hash, n) => (n === at ? (leaves[other] as Hash) : hash))
        expect(await isConsistent(old, { size, root: await merkleRoot(swapped) }, proof)).toBe(false)
      }
    }),
    { seed: 20261126, numRuns: 150 },
  )
})

test('a place that is not in the tree is refused', async () => {
  const leaves = await leavesOf(3)
  for (const at of [-1, 3, 0.5]) await expect(inclusionProof(leaves, at)).rejects.toThrow(RangeError)
  for (const size of [0, 4]) await expect(consistencyProof(leaves, size)).rejects.toThrow(RangeError)
})

interface Probe {
  readonly proof: readonly string[] | null
  readonly wantErr: boolean
  readonly file: string
}
type InclusionProbe = Probe & { leafIdx: number; treeSize: number; root: string; leafHash: string }
type ConsistencyProbe = Probe & { size1: number; size2: number; root1: string; root2: string }

describe('public probes of RFC 6962 trees', () => {
  const path = (name: string) => new URL(`../../../../shared/vectors/merkle/${name}.json`, import.meta.url)
  const present = existsSync(path('inclusion'))
  const read = <P>(name: string) => (present ? (JSON.parse(readFileSync(path(name), 'utf8')) as P[]) : [])
  const bytes = (text: string | null) => new Uint8Array(Buffer.from(text ?? '', 'base64'))
  const proofOf = ({ proof }: Probe) => (proof ?? []).map(bytes)

  /** Every probe ends as it must; how many had to fail. */
  async function failing<P extends Probe>(probes: readonly P[], holds: (probe: P) => Promise<boolean>) {
    const wrong: string[] = []
    for (const probe of probes) if ((await holds(probe)) === probe.wantErr) wrong.push(probe.file)
    expect(wrong).toEqual([])
    return probes.filter(({ wantErr }) => wantErr).length
  }

  test('98 of inclusion and 98 of consistency; 184 must fail', async () => {
    if (!present) {
      console.info('../shared/vectors is absent: the public probes were not run')
      return
    }
    const inclusion = read<InclusionProbe>('inclusion')
    const consistency = read<ConsistencyProbe>('consistency')
    expect([inclusion.length, consistency.length]).toEqual([98, 98])
    const notIncluded = await failing(inclusion, (probe) => {
      const { leafIdx: index, treeSize: size, leafHash: leaf, root } = probe
      return isIncluded({ index, size, leaf: bytes(leaf), root: bytes(root) }, proofOf(probe))
    })
    const notConsistent = await failing(consistency, (probe) => {
      const { size1, root1, size2, root2 } = probe
      return isConsistent({ size: size1, root: bytes(root1) }, { size: size2, root: bytes(root2) }, proofOf(probe))
    })
    expect(notIncluded + notConsistent).toBe(184)
    showFigures('T3', { probes: inclusion.length + consistency.length, 'of them refused': notIncluded + notConsistent })
  })
})
