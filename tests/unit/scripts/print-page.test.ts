import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ensureChromium } from '../../../scripts/lib/chromium.mjs'
import { printPage } from '../../../scripts/lib/print-page.mjs'
import { PRINT_SCANS, PROCESSES } from '../../../scripts/lib/print-scans.mjs'
import { openThreeMfReader } from '../../../scripts/lib/threemf-reader.mjs'
import { templateById } from '../../../src/app/shipped-templates.ts'
import { PROCESS_IDS } from '../../../src/core/finding.ts'
import { threeMfOf } from '../../support/file-parts.ts'
import { boxMesh } from '../../support/meshes.ts'
import { sphereMesh } from '../../support/sphere-mesh.ts'

test('every scan has a template that exists and a name of its own, and no process is left out', () => {
  expect(PRINT_SCANS.map(({ template }) => templateById(template).id)).toEqual(
    PRINT_SCANS.map(({ template }) => template),
  )
  expect(new Set(PRINT_SCANS.map(({ id }) => id)).size).toBe(PRINT_SCANS.length)
  expect(PROCESSES).toEqual(PROCESS_IDS)
})

test('a row says the file that was read, or the gate with its limit, or the error', () => {
  const row = { id: 'a', what: 'A head', template: 'ct-skull', process: 'sls', date: '2026-11-26', seconds: 12.34 }
  const gate = { check: 'wall-thickness', value: 58.66, limit: 1, unit: 'mm2' }
  const nothing = { refusedBy: [], accepted: [], error: null, triangles: null, read: null }
  const page = printPage({
    ...{ node: '20', chromium: '1', cores: 2, load: 1 },
    rows: [
      { ...row, ...nothing, outcome: 'released', triangles: 12, read: 12 },
      { ...row, ...nothing, outcome: 'released', triangles: 14, read: 14, accepted: [gate] },
      { ...row, ...nothing, outcome: 'refused', refusedBy: [gate] },
      { ...row, ...nothing, outcome: 'error', error: { code: 'import/tilted', message: 'It is tilted.' } },
    ],
  })
  expect(page).toContain('| SLS | released |  | 12 | 12 | 12.3 s |')
  expect(page).toContain('| SLS | released | wall-thickness 58.7 against 1 mm2 | 14 | 14 | 12.3 s |')
  expect(page).toContain('refused: wall-thickness 58.7 against 1 mm2')
  expect(page).toContain('not printed: import/tilted')
  expect(page).toContain('4 runs of 1 scans so\nfar, 2 released, 1 of them with nothing to accept')
})

test('the 3MF loader of three.js counts the triangles of every body', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'threemf-'))
  const chromium = await ensureChromium()
  const reader = await openThreeMfReader(chromium.path)
  try {
    const [box, ball] = [boxMesh([0, 0, 0], [1, 2, 3]), sphereMesh(5, [9, 9, 9])]
    writeFileSync(join(folder, 'two.3mf'), await threeMfOf(box, ball))
    expect(await reader.triangles(join(folder, 'two.3mf'))).toBe((box.indices.length + ball.indices.length) / 3)
    writeFileSync(join(folder, 'none.3mf'), 'no zip')
    await expect(reader.triangles(join(folder, 'none.3mf'))).rejects.toThrow()
  } finally {
    await reader.close()
    rmSync(folder, { recursive: true, force: true })
  }
}, 60_000)
