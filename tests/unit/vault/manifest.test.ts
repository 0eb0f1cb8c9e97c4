import { describe, expect, test } from 'vitest'
import { logOf, NO_LINES, openLines, sealLines } from '../../../src/vault/audit-lines.ts'
import type { AuditLine } from '../../../src/vault/case.ts'
import { importSealKey } from '../../../src/vault/chunked.ts'
import { FORMAT, type Manifest, openManifest, sealManifest } from '../../../src/vault/manifest.ts'

// Whoever holds the case key can seal lines: the log must still not take them in other places or numbers.
const key = await importSealKey(new Uint8Array(32).fill(1))
const EMPTY = NO_LINES
const line = (code: string): AuditLine => ({ at: '2026-05-01T10:00:00.000Z', code, outcome: 'done', digests: [] })
const filled = async (...codes: string[]) => {
  const { sealed, ...end } = await sealLines(await logOf(key, 'case'), EMPTY, codes.map(line))
  return { lines: sealed.map((s) => s.line), end }
}
const TAMPERED = { code: 'vault/tampered' }

describe('audit log against validly sealed lines', () => {
  test('a whole log opens, in two batches too', async () => {
    const first = await sealLines(await logOf(key, 'case'), EMPTY, [line('a')])
    const second = await sealLines(await logOf(key, 'case'), first, [line('b'), line('c')])
    const lines = [...first.sealed, ...second.sealed].map((s) => s.line)
    expect((await openLines(await logOf(key, 'case'), second, lines)).map((r) => [r.seq, r.code])).toEqual([
      [0, 'a'],
      [1, 'b'],
      [2, 'c'],
    ])
  })
  test('an end that is not the one the case knows is refused', async () => {
    const { lines, end } = await filled('a', 'b')
    const other = await filled('a', 'x')
    await expect(openLines(await logOf(key, 'case'), end, other.lines)).rejects.toMatchObject(TAMPERED)
    await expect(openLines(await logOf(key, 'case'), { ...end, auditCount: 3 }, lines)).rejects.toMatchObject(TAMPERED)
    const longer = await sealLines(await logOf(key, 'case'), end, [line('c')])
    await expect(
      openLines(await logOf(key, 'case'), end, [...lines, ...longer.sealed.map((s) => s.line)]),
    ).rejects.toMatchObject(TAMPERED)
  })
  test('a line of another log that does not follow its neighbour is refused and named', async () => {
    const [a, b] = [await filled('a', 'b', 'c'), await filled('x', 'y', 'z')]
    const mixed = [a.lines[0], b.lines[1], a.lines[2]] as Uint8Array[]
    await expect(openLines(await logOf(key, 'case'), a.end, mixed)).rejects.toMatchObject({
      ...TAMPERED,
      detail: { line: 1 },
    })
  })
  test('a line sealed for another place or case does not open', async () => {
    const { lines, end } = await filled('a', 'a')
    await expect(openLines(await logOf(key, 'case'), end, lines.toReversed())).rejects.toMatchObject(TAMPERED)
    await expect(openLines(await logOf(key, 'other case'), end, lines)).rejects.toMatchObject(TAMPERED)
  })
})

describe('formats', () => {
  const asset = {
    id: 'a',
    type: 'mask',
    digest: 'd',
    contentDigest: 'c',
    meta: null,
    bytes: 4,
    storedBytes: 8,
    stride: 1,
    revision: 1,
  }
  const manifest: Manifest = {
    format: FORMAT,
    case: 'case',
    revision: 1,
    createdAt: '2026-05-01T10:00:00.000Z',
    updatedAt: '2026-05-01T10:00:00.000Z',
    meta: { pseudonym: 'Heron 4172', templateId: 'ct-bone', policy: 'teaching', process: 'sla' },
    assets: [],
    trace: [],
    state: null,
    ...EMPTY,
  }
  const of = (format: string, assets: readonly object[] = []) =>
    ({ ...manifest, format, assets }) as unknown as Manifest
  const opened = async (sealed: Manifest) => openManifest(key, 'case', 1, await sealManifest(key, sealed))

  test('format 2 opens as it is', async () => {
    expect(await opened(manifest)).toEqual(manifest)
  })
  test('each asset says how it was taken, whichever version sealed it', async () => {
    const takenOf = async (sealed: Manifest) => (await opened(sealed)).assets.map(({ taken }) => taken)
    const first = await opened(of('proofprint-case/1', [asset]))
    expect(first).toEqual(of(FORMAT, [{ ...asset, taken: 'whole' }]))
    expect(await takenOf(of(FORMAT, [asset, { ...asset, taken: 'pieces' }, { ...asset, taken: 'whole' }]))).toEqual([
      'pieces',
      'pieces',
      'whole',
    ])
    // Nothing that format 1 stored was taken by pieces, whatever it says.
    expect(await takenOf(of('proofprint-case/1', [{ ...asset, taken: 'pieces' }]))).toEqual(['whole'])
  })
  test.each(['proofprint-case/3', 'proofprint-case/10', ''])(
    '%j is not misread: it is refused by name',
    async (format) => {
      const refused = expect(opened(of(format))).rejects
      await refused.toMatchObject({ code: 'vault/newer', detail: { format } })
      await refused.toThrow(/newer version of the app.*Reload the page/)
    },
  )
})
