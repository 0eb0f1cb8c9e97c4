import { describe, expect, test } from 'vitest'
import { showFigures } from '../../support/figures.ts'
import { counted, said } from '../../support/vector-counts.ts'
import { runWycheproof, SUITES } from '../../support/wycheproof.ts'
import { hasWycheproof, wycheproofInNode } from '../../support/wycheproof-files.ts'

// The vectors lie beside the project and are never copied into it; without them that is said.
describe.skipIf(!hasWycheproof())('Wycheproof in Node', () => {
  test.each(Object.entries(SUITES))('%s', async (suite, { total }) => {
    const counts = await wycheproofInNode(suite)
    console.info(said(counts))
    expect(counts).toMatchObject({ total, wrong: [] })
    showFigures('T2', { [`${suite}, Node`]: counted(counts) })
  })
})

test('a vector that comes out otherwise than it says is counted as wrong', async () => {
  const of = (tag: string, result: string) => ({ tcId: 1, comment: tag.slice(0, 2), key: '6b', msg: '6d', tag, result })
  const key = await crypto.subtle.importKey('raw', Buffer.from('k'), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const tag = Buffer.from(await crypto.subtle.sign('HMAC', key, Buffer.from('m'))).toString('hex')
  const tests = [of(tag, 'valid'), of(tag, 'invalid'), of('00'.repeat(32), 'valid'), of('00'.repeat(32), 'invalid')]
  const counts = await runWycheproof('hmac_sha256', { testGroups: [{ tagSize: 256, tests }] })
  expect(counts).toMatchObject({ total: 4, passed: 2 })
  expect(counts.wrong).toEqual([`1 ${tag.slice(0, 2)} (invalid): wanted`, '1 00 (valid): other bytes'])
})
