import { afterEach, describe, expect, test, vi } from 'vitest'
import { type AgeCounts, ageVectors, runAgeVectors } from '../../../support/age-vectors.ts'
import { showFigures } from '../../../support/figures.ts'
import { counted, said } from '../../../support/vector-counts.ts'

const vectors = await ageVectors()

/** All of them are of kinds that the app's age knows, so none is left out. */
function expectAll(counts: AgeCounts): void {
  console.info(`${said(counts)}; ${counts.heldBack.length} held a chunk back`)
  expect(counts).toMatchObject({ total: 143, passed: 143, skipped: {}, wrong: [] })
  showFigures('T1', { [counts.suite]: counted(counts), [`${counts.suite}, held a chunk back`]: counts.heldBack.length })
}

describe('the CCTV vectors of age, each in its class, releasing only what it may', () => {
  test('whole', async () => expectAll(await runAgeVectors('whole', vectors)))
  test('streamed', async () => expectAll(await runAgeVectors('streamed', vectors)))
  test('byte by byte', async () => expectAll(await runAgeVectors('byte by byte', vectors)))
})

describe('where WebCrypto knows no X25519', () => {
  afterEach(() => vi.restoreAllMocks())

  test('streamed', async () => {
    const unknown = new DOMException('no X25519 here', 'NotSupportedError')
    const take = vi.spyOn(crypto.subtle, 'importKey').mockRejectedValue(unknown)
    expectAll(await runAgeVectors('streamed', vectors, ', WebCrypto off'))
    expect(take).toHaveBeenCalled()
  })
})

test('a vector that opens otherwise than it says is counted as wrong', async () => {
  const good = vectors.filter(({ name }) => name === 'x25519')
  const planted = good.flatMap((vector) => [
    { ...vector, file: vector.file.with(-1, (vector.file.at(-1) ?? 0) ^ 1) },
    { ...vector, expect: 'no match' },
    { ...vector, payload: '0'.repeat(64) },
    vector,
  ])
  const { wrong } = await runAgeVectors('streamed', planted)
  expect(wrong).toEqual([
    'x25519: payload failure, not success',
    'x25519: success, not no match',
    'x25519: released other bytes',
  ])
})
