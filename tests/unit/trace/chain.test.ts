import { describe, expect, test } from 'vitest'
import {
  CHAIN_START,
  chainHead,
  nextEntry,
  type TraceEntry,
  type TraceStep,
  verifyChain,
} from '../../../src/trace/chain.ts'
import { recipeOf } from '../../../src/trace/recipe.ts'
import { exportFileName, traceId } from '../../../src/trace/trace-id.ts'

const step = (stage: string, ms = 12): TraceStep => ({
  stage,
  version: 1,
  params: { lowHu: 226, highHu: 3071 },
  inputDigests: ['a'.repeat(64)],
  outputDigest: 'b'.repeat(64),
  backend: 'webgpu',
  adapter: 'test adapter',
  ms,
  at: '2026-05-01T10:00:00.000Z',
})

async function chainOf(...steps: TraceStep[]): Promise<TraceEntry[]> {
  const entries: TraceEntry[] = []
  for (const s of steps) entries.push(await nextEntry(entries, s))
  return entries
}

const chain = await chainOf(step('threshold'), step('islands'), step('surface'), step('smooth'))
const replace = (at: number, change: Partial<TraceEntry>) => chain.map((e, n) => (n === at ? { ...e, ...change } : e))

describe('hash chain', () => {
  test('a whole chain holds', async () => {
    expect(chain[0]?.prev).toBe(CHAIN_START)
    expect(await verifyChain(chain, await chainHead(chain))).toEqual({ ok: true })
    expect(await verifyChain([])).toEqual({ ok: true })
  })
  test.each([
    ['an edited entry', replace(1, { params: { lowHu: 200 } }), 2],
    ['an edited time', replace(0, { ms: 11 }), 1],
    ['a removed entry', chain.filter((_, n) => n !== 1), 1],
    ['a removed first entry', chain.slice(1), 0],
    ['swapped entries', [chain[0], chain[2], chain[1], chain[3]] as TraceEntry[], 1],
    ['a doubled entry', [...chain.slice(0, 2), ...chain.slice(1)], 2],
  ])('%s is found and named', async (_, entries, brokenAt) => {
    expect(await verifyChain(entries)).toEqual({ ok: false, brokenAt })
  })
  test('a chain that was rebuilt with other numbers is found', async () => {
    const renumbered: TraceEntry[] = []
    for (const entry of chain)
      renumbered.push({ ...(await nextEntry(renumbered, entry)), seq: entry.seq + (renumbered.length === 0 ? 0 : 1) })
    expect(await verifyChain(renumbered)).toEqual({ ok: false, brokenAt: 1 })
  })
  test('a cut or changed end is found when the head is known', async () => {
    const head = await chainHead(chain)
    expect(await verifyChain(chain.slice(0, 3))).toEqual({ ok: true })
    expect(await verifyChain(chain.slice(0, 3), head)).toEqual({ ok: false, brokenAt: 3 })
    expect(await verifyChain(replace(3, { outputDigest: 'c'.repeat(64) }), head)).toEqual({ ok: false, brokenAt: 4 })
  })
})

describe('trace id', () => {
  test('does not depend on time, speed, backend or adapter', async () => {
    const again = await chainOf(
      { ...step('threshold', 99), at: '2030-01-01T00:00:00.000Z', backend: 'cpu', adapter: 'none' },
      step('islands'),
      step('surface'),
      step('smooth'),
    )
    expect(await traceId(recipeOf(again))).toBe(await traceId(recipeOf(chain)))
  })
  test('depends on parameters, versions and digests', async () => {
    const id = await traceId(recipeOf(chain))
    for (const change of [{ params: { lowHu: 227, highHu: 3071 } }, { version: 2 }, { outputDigest: 'c'.repeat(64) }])
      expect(await traceId(recipeOf(replace(2, change)))).not.toBe(id)
  })
  test('is ten Crockford characters in two groups, and known for a known recipe', async () => {
    const id = await traceId(recipeOf(chain))
    expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/)
    // SHA-256('{"format":"proofprint-recipe/1","steps":[]}') begins with the bits below (checked with sha256sum).
    expect(await traceId(recipeOf([]))).toBe('A9S34-Z5VFE')
    expect(exportFileName(id, '3mf')).toBe(`${id}.3mf`)
  })
})
