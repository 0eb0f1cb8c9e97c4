import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { meshVolumeMm3 } from '../../src/core/mesh.ts'
import { defectsOf, NO_DEFECTS } from '../support/manifold.ts'
import { readReport, runPipeline } from '../support/pipeline.ts'
import { threeMfContent } from '../support/read-files.ts'

const data = fileURLToPath(new URL('../../../shared/data/', import.meta.url))
const cranium = `${data}ct_head_cranium/cranium_ct.nii.gz`
const abdomen = `${data}ct_abdomen_totalseg/example_ct.nii.gz`
const crop = `${data}ct_abdomen_totalseg/example_ct_sm.nii.gz`
const isHere = [cranium, abdomen, crop].every((file) => existsSync(file))
if (!isHere) console.info('the real scans are absent: they are not run')

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'real-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the cranium at 226 HU has the surface volume that InVesalius gives it, within 1 %', async () => {
  if (!isHere) return
  const out = join(folder, 'cranium')
  // InVesalius keeps the head rest and every speck, and its surface is that of the mask itself.
  const whole = ['--set', 'islands.keep=above', '--set', 'islands.minMm3=0', '--set', 'fill-holes.enabled=false']
  const plain = ['--set', 'smooth.enabled=false', '--set', 'decimate.enabled=false', '--set', 'repair.enabled=false']
  const args = ['--template', 'ct-bone', '--set', 'threshold.lowHu=226', ...whole, ...plain, '--until', 'model']
  expect((await runPipeline(cranium, ...args, '--out', out)).code).toBe(0)
  const truth = JSON.parse(readFileSync(`${data}ct_head_cranium/reference.json`, 'utf8'))
  const { surfaceMm3 = 0, maskMm3 = 0 } = readReport(out).measures
  const ratio = surfaceMm3 / truth.volume_mm3_reported_by_invesalius_surface_0
  console.info(`cranium: surface volume / InVesalius = ${ratio.toFixed(5)}`)
  expect(Math.abs(ratio - 1)).toBeLessThan(0.01)
  expect(maskMm3 / truth.voxel_mask_mm3_thr226).toBeCloseTo(1, 6)
})

test('a whole abdomen at 3 mm is refused by the machine it does not fit, among others', async () => {
  if (!isHere) return
  const out = join(folder, 'abdomen')
  const run = await runPipeline(abdomen, '--template', 'ct-bone', '--out', out)
  expect(run.code).toBe(2)
  expect(run.lastLine).toMatch(/^refused: .*build-volume \d+(\.\d+)? % \(limit 100 %\)/)
  expect(existsSync(join(out, 'model.3mf'))).toBe(false)
})

test('a part of it, its thin walls accepted, is a closed part', async () => {
  if (!isHere) return
  const out = join(folder, 'crop')
  const args = [
    '--template',
    'ct-bone',
    '--acknowledge',
    'wall-thickness=looked at, not handled',
    '--acknowledge',
    'genus=tunnels of thin bone',
  ]
  const run = await runPipeline(crop, ...args, '--out', out)
  expect(run).toMatchObject({ code: 0, lastLine: 'released' })
  const { mesh } = threeMfContent(new Uint8Array(readFileSync(join(out, 'model.3mf'))))
  expect(defectsOf(mesh)).toEqual(NO_DEFECTS)
  expect(meshVolumeMm3(mesh)).toBeGreaterThan(10_000)
})
