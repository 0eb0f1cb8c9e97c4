import { describe, expect, test } from 'vitest'
import { digestMesh, sha256 } from '../../../src/core/hash.ts'
import { IDLE_CONTEXT } from '../../../src/core/stage.ts'
import { type ExportInput, exportMesh } from '../../../src/export/export.io.ts'
import { EXPORT_FORMATS, type ExportFormat } from '../../../src/export/file-parts.ts'
import { reread } from '../../../src/export/reread.io.ts'
import { writeStl } from '../../../src/export/stl.ts'
import { POLICIES } from '../../../src/qa/policy.ts'
import { fileOf, joined, notesFor, threeMfOf } from '../../support/file-parts.ts'
import { passingFindings, releasedForTest } from '../../support/findings.ts'
import { openSealed, testRecipient } from '../../support/sealed-3mf.ts'
import { sphereMesh } from '../../support/sphere-mesh.ts'

const traceId = '7K3MQ-2XA9B'
const mesh = sphereMesh(10, [1, 2, 3])
const policy = POLICIES.teaching
const input = async (change: Partial<ExportInput> = {}): Promise<ExportInput> => ({
  mesh,
  checkedDigest: await digestMesh(mesh),
  findings: passingFindings(),
  acknowledgements: [],
  policy,
  format: '3mf',
  traceId,
  ...change,
})

describe('export', () => {
  test.each(EXPORT_FORMATS)('%s: writes, reads back, and gives the digest of the bytes', async (format) => {
    const file = await exportMesh(await input({ format }), IDLE_CONTEXT)
    expect(file.finding).toMatchObject({ check: 'file-reread', level: 'pass', hard: true, limit: 1e-3, unit: 'mm' })
    expect(file.finding.value).toBeLessThanOrEqual(1e-6)
    expect(file.digest).toBe(await sha256(new Uint8Array(await file.file.arrayBuffer())))
  })
  test('sealed for a recipient it is the same part; the plain file and its digest are what they are without', async () => {
    const { recipient, holder } = await testRecipient('Printer-1')
    const plain = await exportMesh(await input(), IDLE_CONTEXT)
    const { digest, sealed } = await exportMesh(await input({ recipients: [recipient] }), IDLE_CONTEXT)
    expect([digest, plain.sealed]).toEqual([plain.digest, null])
    const { mesh: found } = await openSealed(sealed ?? new Blob(), holder)
    expect(found.indices).toEqual(mesh.indices)
    const findings = passingFindings().slice(1)
    await expect(exportMesh(await input({ findings, recipients: [recipient] }), IDLE_CONTEXT)).rejects.toMatchObject({
      code: 'qa/refused',
    })
    const stl = await exportMesh(await input({ format: 'stl', recipients: [recipient] }), IDLE_CONTEXT)
    expect(stl.sealed).toBeNull()
  })
  test('a mesh changed after its check is refused', async () => {
    const moved = { ...mesh, positions: mesh.positions.with(0, 1.5) }
    await expect(exportMesh(await input({ mesh: moved }), IDLE_CONTEXT)).rejects.toMatchObject({ code: 'qa/stale' })
  })
  test('a failed or missing finding is refused', async () => {
    const findings = passingFindings()
    const failed = findings.map((f, n) => (n === 3 ? { ...f, level: 'fail' as const } : f))
    for (const bad of [failed, findings.slice(1), []])
      await expect(exportMesh(await input({ findings: bad }), IDLE_CONTEXT)).rejects.toMatchObject({
        code: 'qa/refused',
      })
  })
})

describe('re-read', async () => {
  const stl = joined(writeStl(releasedForTest(mesh)))
  const threeMf = await threeMfOf(mesh)
  const against = async (other: typeof mesh, bytes = stl, format: ExportFormat = 'stl', id = traceId) => {
    const written = { file: fileOf(bytes), format, notes: await notesFor([mesh], id), values: null, frame: null }
    return reread([other], written, policy, IDLE_CONTEXT)
  }
  const shifted = (mm: number) => ({ ...mesh, positions: mesh.positions.with(30, (mesh.positions[30] ?? 0) + mm) })

  test('a point moved by more than 1e-3 mm fails and its place is named; less passes', async () => {
    for (const [bytes, format] of [
      [stl, 'stl'],
      [threeMf, '3mf'],
    ] as const) {
      const bad = await against(shifted(1.1e-3), bytes, format)
      expect(bad).toMatchObject({ level: 'fail', detail: { reason: 'position' } })
      expect(bad.places).toHaveLength(1)
      expect(bad.value).toBeCloseTo(1.1e-3, 5)
      expect((await against(shifted(0.9e-3), bytes, format)).level).toBe('pass')
    }
  })
  test('a missing triangle fails, and one too many', async () => {
    const less = { ...mesh, indices: mesh.indices.slice(3) }
    const more = { ...mesh, indices: Uint32Array.of(...mesh.indices, 0, 1, 2) }
    for (const other of [less, more])
      expect(await against(other)).toMatchObject({ level: 'fail', detail: { reason: 'triangle-count' } })
  })
  test('turned triangles fail', async () => {
    const turned = { ...mesh, indices: mesh.indices.with(0, mesh.indices[1] ?? 0).with(1, mesh.indices[0] ?? 0) }
    expect((await against(turned)).level).toBe('fail')
  })
  test('another trace id in the file fails', async () => {
    expect(await against(mesh, threeMf, '3mf', '00000-00000')).toMatchObject({
      level: 'fail',
      detail: { reason: 'metadata' },
    })
  })
})
