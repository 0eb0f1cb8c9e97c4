import { expect, test } from 'vitest'
import type { PolicyId } from '../../../src/core/finding.ts'
import type { JsonValue } from '../../../src/core/json.ts'
import { nextEntry, type TraceEntry } from '../../../src/trace/chain.ts'
import { type LineEvidence, lineEvidence } from '../../../src/trace/line-evidence.ts'
import { lineage } from '../../../src/trace/lineage.ts'
import { recipeOf } from '../../../src/trace/recipe.ts'
import { traceId } from '../../../src/trace/trace-id.ts'
import { digestOf } from '../../support/evidence-case.ts'
import { linesOf, said, valuesOf } from '../../support/evidence-lines.ts'
import { passingFindings } from '../../support/findings.ts'
import { memorySigner } from '../../support/memory-signer.ts'
import { verdictsOf } from '../../support/verifiers.ts'

const [scan, outcome, mask, mesh, found, weights, stl, threeMf] = (await Promise.all(
  ['scan', 'outcome', 'mask', 'mesh', 'found', 'weights', 'stl', '3mf'].map(digestOf),
)) as [string, string, string, string, string, string, string, string]

/** A line as it is written down when it ran on a network; what failed is accepted. */
async function lineOf(policy: PolicyId): Promise<LineEvidence> {
  const findings = passingFindings(policy).map((found) =>
    found.check === 'genus' ? { ...found, level: 'fail' as const, hard: false } : found,
  )
  const model = { model: 'head', version: '1.0.0', sha256: weights, members: 4 }
  const steps: readonly (readonly [string, string[], string, JsonValue])[] = [
    ['scan', [], scan, {}],
    ['infer', [scan, weights], outcome, model],
    ['promote', [outcome], mask, {}],
    ['surface', [mask], mesh, {}],
    ['check', [mesh, mesh], found, { policy }],
    ['export', [mesh, found], stl, { format: 'stl', accepted: ['genus: as Maria K. asked'] }],
    ['export', [mesh, found], threeMf, { format: '3mf' }],
  ]
  const trace: TraceEntry[] = []
  for (const [stage, inputDigests, outputDigest, params] of steps) {
    const ran = { backend: 'cpu', adapter: 'test', ms: 1, at: '2026-05-01T08:00:00.000Z' } as const
    trace.push(await nextEntry(trace, { stage, version: 1, params, inputDigests, outputDigest, ...ran }))
  }
  const exports = [
    { name: 'model.stl', digest: stl, bytes: 100 },
    { name: 'model.3mf', digest: threeMf, bytes: 200 },
  ]
  const id = await traceId(recipeOf(lineage(trace, found)))
  const now = () => new Date('2026-05-01T09:00:00.000Z')
  const checked = [{ digest: found, meshDigest: mesh, findings }]
  return { trace, checked, app: '0.1.0', policy, accepted: ['genus'], traceId: id, exports, now }
}

test('under teaching the files are released without an approval, and the bundle says so', async () => {
  const line = await lineOf('teaching')
  const text = await lineEvidence(line, await memorySigner())
  const { out, other, verdicts } = verdictsOf({ taught: text })
  expect(verdicts.taught).toBe('holds')
  expect(out).toContain(`release ${line.traceId} not approved: teaching, printed 0, accepted 0`)
  expect(out).toContain(`files ${stl} ${threeMf}, scans ${scan}`)
  expect(out).toMatch(/designer [0-9a-f]{64} memory not pinned/)
  expect(other.out).toBe(out)
  expect(text).not.toContain('Maria')
  const kinds = valuesOf(linesOf(text), 'statement').map((envelope) => said(envelope).predicate.proofprint.kind)
  expect(kinds).toEqual(['stage', 'model-run', 'stage', 'stage', 'findings', 'stage', 'stage', 'release'])
})

test('under another policy nobody approved them: the steps are there, and no release', async () => {
  const { out, verdicts } = verdictsOf({ planned: await lineEvidence(await lineOf('planning'), await memorySigner()) })
  expect(verdicts.planned).toBe('holds')
  expect(out).not.toContain('release ')
})

test('a line that stopped before the check shows the steps it made', async () => {
  const { trace, ...line } = await lineOf('teaching')
  const stopped = { ...line, trace: trace.slice(0, 3), checked: [], traceId: null, exports: [] }
  const { out, verdicts } = verdictsOf({ stopped: await lineEvidence(stopped, await memorySigner()) })
  expect(verdicts.stopped).toBe('holds')
  expect(out).toContain('trace entries 3, statements 3, audit entries 4, checkpoints 1')
})

test('a file or a check that the trace does not hold is signed by nobody', async () => {
  const line = await lineOf('teaching')
  const file = { name: 'other.stl', digest: await digestOf('other'), bytes: 1 }
  const signer = await memorySigner()
  await expect(lineEvidence({ ...line, exports: [file] }, signer)).rejects.toMatchObject({ code: 'trace/bad-bundle' })
  const checked = line.checked.map((body) => ({ ...body, digest: file.digest }))
  await expect(lineEvidence({ ...line, checked }, signer)).rejects.toMatchObject({ code: 'trace/bad-bundle' })
})
