import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sha256 } from '../../src/core/hash.ts'
import { meshVolumeMm3 } from '../../src/core/mesh.ts'
import { seededRandom } from '../../src/core/random.ts'
import type { Mesh, Vec3 } from '../../src/core/types.ts'
import { FEMUR_GRID, femurDistanceMm, femurVolumeMm3 } from '../../src/import/phantom.ts'
import { verifyChain } from '../../src/trace/chain.ts'
import { lineage } from '../../src/trace/lineage.ts'
import { defectsOf, NO_DEFECTS } from '../support/manifold.ts'
import { type PipelineRun, type RunReport, readReport, runPipeline } from '../support/pipeline.ts'
import { stlMesh, threeMfContent } from '../support/read-files.ts'

const VOXEL_MM = FEMUR_GRID.spacing[0]
const POINTS = 40_000
/** From the lowest slice to the scan's lower face the shaft is cut flat: not the femur's surface, so not measured. */
const CAP_TOP_MM = FEMUR_GRID.origin[2] + VOXEL_MM

interface SampleRun extends PipelineRun {
  readonly report: RunReport
  readonly stl: Uint8Array
  readonly threeMf: Uint8Array
}

let folder: string
let onCpu: SampleRun
let onGpu: SampleRun

async function runSample(backend: 'cpu' | 'webgpu'): Promise<SampleRun> {
  const out = join(folder, backend)
  const run = await runPipeline('sample', '--backend', backend, '--out', out)
  const bytesOf = (name: string) => new Uint8Array(readFileSync(join(out, name)))
  return { ...run, report: readReport(out), stl: bytesOf('model.stl'), threeMf: bytesOf('model.3mf') }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sample-'))
  onCpu = await runSample('cpu')
  onGpu = await runSample('webgpu')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const corner = ({ positions: p, indices }: Mesh, n: number): Vec3 => {
  const at = 3 * (indices[n] ?? 0)
  return [p[at] ?? Number.NaN, p[at + 1] ?? Number.NaN, p[at + 2] ?? Number.NaN]
}

function area(mesh: Mesh, t: number): number {
  const [a, b, c] = [corner(mesh, 3 * t), corner(mesh, 3 * t + 1), corner(mesh, 3 * t + 2)]
  const [ux, uy, uz] = [b[0] - a[0], b[1] - a[1], b[2] - a[2]]
  const [vx, vy, vz] = [c[0] - a[0], c[1] - a[1], c[2] - a[2]]
  return Math.hypot(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx) / 2
}

/** Points spread evenly over the surface by area, seeded. */
function surfacePoints(mesh: Mesh, count: number): Vec3[] {
  const random = seededRandom(7)
  const areas = Array.from({ length: mesh.indices.length / 3 }, (_, t) => area(mesh, t))
  const step = areas.reduce((sum, one) => sum + one, 0) / count
  const points: Vec3[] = []
  let due = step * random()
  for (const [t, own] of areas.entries()) {
    for (; due < own; due += step) {
      const [a, b, c] = [corner(mesh, 3 * t), corner(mesh, 3 * t + 1), corner(mesh, 3 * t + 2)]
      const root = Math.sqrt(random())
      const [wa, wb] = [1 - root, root * random()]
      const wc = 1 - wa - wb
      points.push([
        wa * a[0] + wb * b[0] + wc * c[0],
        wa * a[1] + wb * b[1] + wc * c[1],
        wa * a[2] + wb * b[2] + wc * c[2],
      ])
    }
    due -= own
  }
  return points
}

describe('the built-in sample through the built app', () => {
  test('is released', () => {
    expect(onCpu).toMatchObject({ code: 0, lastLine: 'released' })
    expect(onCpu.report).toMatchObject({ outcome: 'released', gates: [], error: null, refusedBy: [] })
  })

  test('the mesh in the STL has the volume of the analytic femur within 1 %', () => {
    const ratio = meshVolumeMm3(stlMesh(onCpu.stl)) / femurVolumeMm3(0.75)
    console.info(`sample: mesh volume / analytic volume = ${ratio.toFixed(5)}`)
    expect(Math.abs(ratio - 1)).toBeLessThan(0.01)
  })

  test('its surface lies within a quarter of a voxel of the analytic femur on average', () => {
    const points = surfacePoints(stlMesh(onCpu.stl), POINTS)
    const measured = points.filter(([, , z]) => z > CAP_TOP_MM)
    expect(measured.length).toBeGreaterThan(0.9 * POINTS)
    const distances = measured.map((point) => Math.abs(femurDistanceMm(point)))
    const mean = distances.reduce((sum, one) => sum + one, 0) / distances.length
    console.info(`sample: mean distance to the analytic femur ${mean.toFixed(4)} mm, voxel ${VOXEL_MM} mm`)
    expect(mean).toBeLessThan(0.25 * VOXEL_MM)
  })

  test('STL and 3MF hold the same closed surface', () => {
    const stl = stlMesh(onCpu.stl)
    const { mesh, unit, metadata } = threeMfContent(onCpu.threeMf)
    expect(unit).toBe('millimeter')
    expect(metadata['pp:TraceId']).toBe(onCpu.report.traceId)
    expect(mesh.indices.length).toBe(stl.indices.length)
    let worst = 0
    for (let n = 0; n < mesh.indices.length; n++) {
      const [a, b] = [corner(mesh, n), corner(stl, n)]
      worst = Math.max(worst, Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1]), Math.abs(a[2] - b[2]))
    }
    expect(worst).toBeLessThan(1e-3)
    expect(defectsOf(mesh)).toEqual(NO_DEFECTS)
  })

  test('the chain leads from the scan digest to the digest of both files', async () => {
    const { head, entries } = onCpu.report.trace
    expect(await verifyChain(entries, head)).toEqual({ ok: true })
    for (const bytes of [onCpu.stl, onCpu.threeMf]) {
      const steps = lineage(entries, await sha256(bytes))
      expect(steps[0]).toMatchObject({ stage: 'sample', inputDigests: [] })
      expect(steps.at(-1)?.stage).toBe('export')
      const names = steps.map((entry) => entry.stage)
      for (const stage of ['threshold', 'surface', 'smooth', 'decimate', 'check']) expect(names).toContain(stage)
    }
    for (const entry of entries) {
      expect(entry.params).toBeTypeOf('object')
      expect(entry.outputDigest).toMatch(/^[0-9a-f]{64}$/)
      for (const digest of entry.inputDigests) expect(digest).toMatch(/^[0-9a-f]{64}$/)
      expect(['cpu', 'webgpu', 'wasm']).toContain(entry.backend)
      expect(entry.adapter.length).toBeGreaterThan(0)
      expect(entry.ms).toBeGreaterThanOrEqual(0)
    }
    const tampered = entries.map((e) => (e.stage === 'threshold' ? { ...e, params: { lowHu: 1, highHu: 2 } } : e))
    expect((await verifyChain(tampered, head)).ok).toBe(false)
  })

  test('the report names every file with its digest', async () => {
    const digests = new Map(onCpu.report.files.map((file) => [file.name, file.digest]))
    expect(digests.get('model.stl')).toBe(await sha256(onCpu.stl))
    expect(digests.get('model.3mf')).toBe(await sha256(onCpu.threeMf))
    expect(onCpu.report.peakMemoryBytes).toBeGreaterThan(1e8)
  })

  test('a second run, on WebGPU, gives the same files to the byte under the same trace id', async () => {
    expect(onGpu).toMatchObject({ code: 0, lastLine: 'released' })
    const backends = (run: SampleRun) =>
      run.report.trace.entries.flatMap((e) => (e.stage === 'surface' ? e.backend : []))
    expect([backends(onCpu), backends(onGpu)]).toEqual([['cpu'], ['webgpu']])
    const recipe = (run: SampleRun) => run.report.trace.entries.map((e) => [e.stage, e.params, e.outputDigest])
    expect(recipe(onGpu)).toEqual(recipe(onCpu))
    expect(onGpu.report.traceId).toBe(onCpu.report.traceId)
    expect(await sha256(onGpu.stl)).toBe(await sha256(onCpu.stl))
    expect(await sha256(onGpu.threeMf)).toBe(await sha256(onCpu.threeMf))
  })
})
