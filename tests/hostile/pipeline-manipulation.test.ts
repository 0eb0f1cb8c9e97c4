import { unzipSync, zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import type { CheckId, PolicyId } from '../../src/core/finding.ts'
import { digestLabels, digestMask, digestMesh, sha256 } from '../../src/core/hash.ts'
import { meshVolumeMm3 } from '../../src/core/mesh.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mesh } from '../../src/core/types.ts'
import { exportMesh } from '../../src/export/export.io.ts'
import { reread } from '../../src/export/reread.io.ts'
import { MODEL_PART } from '../../src/export/threemf-package.ts'
import { approve, requireApproved } from '../../src/infer/approval.ts'
import { CHECK, checkMesh } from '../../src/qa/check.ts'
import { AS_SCANNED } from '../../src/qa/checks/scale.ts'
import { POLICIES } from '../../src/qa/policy.ts'
import { chainHead, nextEntry, type TraceEntry, type TraceStep, verifyChain } from '../../src/trace/chain.ts'
import { lineage } from '../../src/trace/lineage.ts'
import { recipeOf } from '../../src/trace/recipe.ts'
import { traceId } from '../../src/trace/trace-id.ts'
import { fileOf, notesFor } from '../support/file-parts.ts'
import { inverted, joinMeshes, placed, radialMesh, sphereMesh } from '../support/meshes.ts'
import { SAMPLE_PASSPORT } from '../support/passport.ts'
import { gridOf, labelsOf, maskOf } from '../support/phantoms.ts'

// The attacks of the red-team register (src/evidence/red-team/register.ts) on the way from the scan to the file: the name of
// each group is the id of its attack. What only an approval can stop is tried on bundles, in
// evidence-manipulation.test.ts.

const ID = '7K3MQ-2XA9B'
const POLICY = POLICIES.planning

/** Turned in one sense only: its mirror image fills the same box and has the same volume, but is another part. */
const PART = radialMesh(
  24,
  48,
  (polar, azimuth) => 15 + 4 * Math.sin(polar) ** 2 * Math.cos(polar) * Math.sin(2 * azimuth),
)
const mirrored = inverted(placed(PART, [-1, 1, 1], [0, 0, 0]))

const check = async (mesh: Mesh, policy: PolicyId = POLICY.id) => {
  const input = {
    mesh,
    reference: PART,
    referenceMaskMm3: meshVolumeMm3(PART),
    passport: SAMPLE_PASSPORT,
    sideVerified: true,
    spacing: SAMPLE_PASSPORT.spacingMm,
    ai: null,
    marks: { textHeightMm: 8, hasSide: true, hasId: true },
    shows: { side: 'left', isMirrored: false } as const,
    added: [],
    scale: AS_SCANNED,
  }
  return (await checkMesh(input, { ...CHECK.defaults, policy }, IDLE_CONTEXT)).findings
}
const findings = await check(PART)
const order = async (mesh: Mesh, checked = mesh, found = findings) => ({
  mesh,
  checkedDigest: await digestMesh(checked),
  findings: found,
  acknowledgements: [],
  policy: POLICY,
  format: '3mf' as const,
  traceId: ID,
})
/** Tried to be written after another mesh was checked. */
const afterCheck = async (mesh: Mesh) => exportMesh(await order(mesh, PART), IDLE_CONTEXT)
/** Brought in before the check, which then sees it. */
const beforeCheck = async (mesh: Mesh) => exportMesh(await order(mesh, mesh, await check(mesh)), IDLE_CONTEXT)
const stale = expect.objectContaining({ code: 'qa/stale' })
const refusedBy = (gate: CheckId) =>
  expect.objectContaining({
    code: 'qa/refused',
    detail: expect.objectContaining({ gates: expect.stringContaining(gate) }),
  })

const step = (
  stage: string,
  inputDigests: string[],
  outputDigest: string,
  params: TraceStep['params'] = {},
): TraceStep => ({
  stage,
  version: 1,
  params,
  inputDigests,
  outputDigest,
  backend: 'cpu',
  adapter: 'test',
  ms: 1,
  at: '2026-05-01T10:00:00.000Z',
})
async function chainOf(...steps: TraceStep[]): Promise<TraceEntry[]> {
  const entries: TraceEntry[] = []
  for (const s of steps) entries.push(await nextEntry(entries, s))
  return entries
}
const STEPS = [
  step('scan', [], 'volume'),
  step('threshold', ['volume'], 'mask', { lowHu: 226, highHu: 3071 }),
  step('grow-from-seeds', ['mask', 'volume'], 'labels', { seed: 1 }),
  step('surface', ['labels'], 'mesh'),
  step('check', ['mesh'], 'findings', { policy: 'planning', process: 'fdm' }),
]
const TRACE = await chainOf(...STEPS)
const HEAD = await chainHead(TRACE)
const partId = async (entries: readonly TraceEntry[]) => traceId(recipeOf(lineage(entries, 'findings')))

/** An entry with other parameters: found in place, and under another head and another id when the chain is made anew. */
async function expectSeen(at: number, params: TraceStep['params']): Promise<void> {
  const edited = TRACE.map((e, n) => (n === at ? { ...e, params } : e))
  expect(await verifyChain(edited, HEAD)).toEqual({ ok: false, brokenAt: at + 1 })
  const anew = await chainOf(...STEPS.map((s, n) => (n === at ? { ...s, params } : s)))
  expect(await verifyChain(anew)).toEqual({ ok: true })
  expect(await verifyChain(anew, HEAD)).toEqual({ ok: false, brokenAt: STEPS.length })
  expect(await partId(anew)).not.toBe(await partId(TRACE))
}

test('the untouched part is released and its trace holds (control)', async () => {
  const { finding } = await exportMesh(await order(PART), IDLE_CONTEXT)
  expect(finding.level).toBe('pass')
  expect(await verifyChain(TRACE, HEAD)).toEqual({ ok: true })
})

describe('mesh-swap', () => {
  test('another mesh after the check is not written', async () => {
    await expect(afterCheck(sphereMesh(15))).rejects.toEqual(stale)
  })
  test('nor one whose triangles were only renumbered', async () => {
    const { positions, indices } = PART
    await expect(
      afterCheck({ positions, indices: Uint32Array.of(...indices.slice(3), ...indices.slice(0, 3)) }),
    ).rejects.toEqual(stale)
  })
})

describe('mirror-image', () => {
  test('after the check it is not the mesh that was checked', async () => {
    await expect(afterCheck(mirrored)).rejects.toEqual(stale)
  })
  test('before the check it is too far from the mask, although it fills the same box', async () => {
    const found = await check(mirrored)
    expect(found.find((f) => f.check === 'bounding-box')?.level).not.toBe('fail')
    await expect(beforeCheck(mirrored)).rejects.toEqual(refusedBy('surface-max'))
  })
  test('mirrored without turning its triangles it is inside out', async () => {
    await expect(beforeCheck(placed(PART, [-1, 1, 1], [0, 0, 0]))).rejects.toEqual(refusedBy('orientation'))
  })
})

describe('inch-scale', () => {
  const inches = placed(PART, [25.4, 25.4, 25.4], [0, 0, 0])
  test('is refused before and after the check', async () => {
    await expect(afterCheck(inches)).rejects.toEqual(stale)
    await expect(beforeCheck(inches)).rejects.toEqual(refusedBy('bounding-box'))
  })
  test.each([
    ['its unit', 'unit="millimeter"', 'unit="inch"', 'unit'],
    ['its transform', 'transform="1 0 0 0 1 0 0 0 1', 'transform="25.4 0 0 0 25.4 0 0 0 25.4', 'transform'],
  ])('is seen in a written file by %s', async (_, from, to, reason) => {
    expect(await readBack((text) => text.replace(from, to))).toMatchObject({ level: 'fail', detail: { reason } })
  })
})

describe('label-swap', () => {
  test('two labels exchanged have another digest', async () => {
    const grid = gridOf([8, 8, 8])
    const [a, b] = [labelsOf(grid, (i) => (i < 4 ? 1 : 2)), labelsOf(grid, (i) => (i < 4 ? 2 : 1))]
    expect(await digestLabels(a)).not.toBe(await digestLabels(b))
  })
  test('the mask of another label is not one that the trace of the part knows', async () => {
    const grid = gridOf([8, 8, 8])
    const [left, right] = [await digestMask(maskOf(grid, (i) => i < 4)), await digestMask(maskOf(grid, (i) => i >= 4))]
    const entries = await chainOf(
      step('threshold', ['volume'], left),
      step('threshold', ['volume'], right),
      step('surface', [left], 'mesh'),
    )
    expect(lineage(entries, 'mesh').map((e) => e.outputDigest)).toEqual([left, 'mesh'])
    const swapped = entries.map((e) => (e.stage === 'surface' ? { ...e, inputDigests: [right] } : e))
    expect(await verifyChain(swapped, await chainHead(entries))).toEqual({ ok: false, brokenAt: 3 })
  })
})

test('threshold-edit: other bounds in the trace are found', () => expectSeen(1, { lowHu: 180, highHu: 3071 }))
test('seed-change: another seed in the trace is found', () => expectSeen(2, { seed: 2 }))

describe('hidden-object', () => {
  test.each([
    ['a second object', (t: string) => t.replace('</resources>', '<object id="3"></object></resources>')],
    ['a second item on the plate', (t: string) => t.replace('</build>', '<item objectid="2"/></build>')],
  ])('%s in the file is refused', async (_, edit) => {
    await expect(readBack(edit)).rejects.toMatchObject({ code: 'export/mismatch' })
  })
  test('another part in the archive is refused', async () => {
    await expect(readBack((t) => t, { '3D/other.model': new Uint8Array(8) })).rejects.toMatchObject({
      code: 'export/mismatch',
    })
  })
  test('a body hidden in the mesh is a shell that nobody declared', async () => {
    const hidden = joinMeshes(PART, sphereMesh(2, 8, [40, 0, 0]))
    await expect(beforeCheck(hidden)).rejects.toEqual(refusedBy('shells'))
  })
})

describe('policy-downgrade', () => {
  test('the limits of another use in the trace are found', () => expectSeen(4, { policy: 'teaching', process: 'fdm' }))
  test('what teaching lets its maker accept, planning does not', async () => {
    const acknowledgements = [{ check: 'wall-thickness' as const, reason: 'shown to a group only' }]
    const under = async (policy: typeof POLICY) => {
      const found = await check(PART, policy.id)
      const failing = found.map((f) => (f.check === 'wall-thickness' ? { ...f, level: 'fail' as const } : f))
      return exportMesh({ ...(await order(PART, PART, failing)), acknowledgements, policy }, IDLE_CONTEXT)
    }
    await expect(under(POLICIES.teaching)).resolves.toBeDefined()
    await expect(under(POLICIES.planning)).rejects.toEqual(refusedBy('wall-thickness'))
  })
  test('findings by the limits of another use, or of another version, release nothing', async () => {
    const other = expect.objectContaining({ code: 'qa/other-policy' })
    const gentle = await check(PART, 'teaching')
    await expect(exportMesh(await order(PART, PART, gentle), IDLE_CONTEXT)).rejects.toEqual(other)
    const earlier = { id: POLICY.id, version: POLICY.version - 1 }
    const mixed = findings.map((f) => (f.check === 'surface-max' ? { ...f, policy: earlier } : f))
    await expect(exportMesh(await order(PART, PART, mixed), IDLE_CONTEXT)).rejects.toEqual(other)
  })
  test('a finding that calls itself soft is still hard', async () => {
    const gentle = await check(PART, 'teaching')
    const lying = gentle.map((f) => (f.check === 'surface-max' ? { ...f, level: 'fail' as const, hard: false } : f))
    const acknowledgements = [{ check: 'surface-max' as const, reason: 'it was looked at and is wanted' }]
    const attempt = { ...(await order(PART, PART, lying)), acknowledgements, policy: POLICIES.teaching }
    await expect(exportMesh(attempt, IDLE_CONTEXT)).rejects.toEqual(refusedBy('surface-max'))
  })
  test('a gate that was left out refuses', async () => {
    const without = findings.filter((f) => f.check !== 'wall-thickness')
    await expect(exportMesh(await order(PART, PART, without), IDLE_CONTEXT)).rejects.toEqual(
      refusedBy('wall-thickness'),
    )
  })
})

test('thinned-wall: a wall made thinner after the check is not written', async () => {
  const dent = PART.positions.map((v, n) => (n % 3 === 2 && v > 14 ? v - 0.4 : v))
  await expect(afterCheck({ ...PART, positions: dent })).rejects.toEqual(stale)
})

describe('added-island', () => {
  const withIsland = joinMeshes(PART, sphereMesh(1, 6, [0, 0, 30]))
  test('after the check it is not written', async () => {
    await expect(afterCheck(withIsland)).rejects.toEqual(stale)
  })
  test('before the check it is a loose piece', async () => {
    await expect(beforeCheck(withIsland)).rejects.toEqual(refusedBy('shells'))
  })
})

describe('model-byte-flip', () => {
  const weights = Uint8Array.from({ length: 4096 }, (_, n) => (n * 37) & 255)
  const now = new Date(2026, 4, 1)
  test.each([0, 2000, 4095])('one bit of byte %i makes it a network that nobody approved', async (at) => {
    const digestsOf = async (bytes: Uint8Array) => ({ weightsSha256: await sha256(bytes), cardSha256: 'c'.repeat(64) })
    const approval = approve(
      await digestsOf(weights),
      { who: 'head of lab', use: ['planning'], until: '2027-01-01' },
      now,
    )
    const flipped = await digestsOf(weights.with(at, (weights[at] as number) ^ 1))
    expect(() => requireApproved(approval, flipped, 'planning', now)).toThrow(
      expect.objectContaining({ code: 'infer/changed-weights' }),
    )
  })
  test('the untouched network may be used (control)', async () => {
    const digests = { weightsSha256: await sha256(weights), cardSha256: 'c'.repeat(64) }
    const approval = approve(digests, { who: 'head of lab', use: ['planning'], until: '2027-01-01' }, now)
    expect(() => requireApproved(approval, digests, 'planning', now)).not.toThrow()
  })
})

/** The released file with its model text edited, or with more in its archive, read back as the exporter does. */
async function readBack(edit: (text: string) => string, more: Record<string, Uint8Array> = {}) {
  const { file } = await exportMesh(await order(PART), IDLE_CONTEXT)
  const parts = unzipSync(new Uint8Array(await file.arrayBuffer()))
  const text = new TextDecoder().decode(parts[MODEL_PART])
  const edited = edit(text)
  if (Object.keys(more).length === 0) expect(edited).not.toBe(text)
  const bytes = zipSync({ ...parts, [MODEL_PART]: new TextEncoder().encode(edited), ...more })
  const written = {
    file: fileOf(bytes),
    format: '3mf' as const,
    notes: await notesFor([PART], ID),
    values: null,
    frame: null,
  }
  return reread([PART], written, POLICY, IDLE_CONTEXT)
}
