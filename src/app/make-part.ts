import { PipelineError } from '../core/errors.ts'
import type { CheckId } from '../core/finding.ts'
import { triangleCount } from '../core/mesh.ts'
import type { Context } from '../core/stage.ts'
import type { ExportFormat } from '../export/file-parts.ts'
import { type Report, reportText } from '../export/report.ts'
import { isInitials } from '../segment/label-ai.ts'
import { denied } from '../vault/roles.ts'
import { mayLeave } from './approval.ts'
import { isMirrored } from './body-past.ts'
import { signLeaving } from './case-evidence.ts'
import type { CaseStore } from './case-store.svelte.ts'
import type { Checked } from './check-codec.ts'
import { checkFacts } from './check-facts.ts'
import { findingsSlot } from './check-part.ts'
import type { Desk } from './desk.svelte.ts'
import { download } from './download.io.ts'
import { keepModel } from './edit-part.ts'
import { type CheckedBody, exportModel, sealedName } from './export.ts'
import type { FileChoice } from './file-choice.ts'
import { appearanceOf, dicomFacts, dicomModel, valuesFor } from './file-facts.ts'
import { check, markings, model, share } from './line.ts'
import { editsOf } from './part-history.ts'
import { caseReport } from './report.ts'
import { modelParams, type SmoothChoice } from './smooth-choice.ts'
import { type Template, withOverrides } from './templates.ts'

/** Runs the template's modelling on the active label. */
export async function makePart(desk: Desk, template: Template, ctx: Context): Promise<void> {
  const { active, mask, field, draft } = desk.data
  if (!active || !mask || !field) return
  const range = active.limits ?? (active.ai ? null : draft)
  const made = await model(desk.line(), markings(mask, field, range), template, ctx).catch(async (error: unknown) => {
    await keepModel(desk).catch(desk.report)
    throw error
  })
  desk.data.setModel(active.id, made.reference, made.mesh, made.ledger)
  const [from, to] = [triangleCount(made.reference), triangleCount(made.mesh)]
  desk.lastChange = { stage: 'model', from, to, unit: 'triangles' }
  desk.saveState()
}

/** The Model station's own choices instead of the template's. */
export async function makeModel(desk: Desk, choice: SmoothChoice): Promise<void> {
  const template = withOverrides(desk.data.recipe, modelParams(choice))
  await desk.jobs.run('surface', (ctx) => makePart(desk, template, ctx))
  if (desk.data.mesh) desk.place = 'model'
}

/** Measures every gate on each body as it stands. */
export async function checkPart(desk: Desk, ctx: Context): Promise<void> {
  const { bodies, base } = desk.data
  if (!base) return
  const checks: Checked[] = []
  for (const [n, body] of bodies.entries()) {
    const facts = checkFacts(desk, body)
    if (!facts) return
    const order = { ...facts, mesh: body.mesh, reference: body.reference }
    const slot = findingsSlot(body.id, bodies.length)
    checks.push(await check(desk.line(), order, share(ctx, n, bodies.length), slot, n === 0))
  }
  desk.data.setChecks(checks)
  desk.place = 'check'
  desk.saveState()
}

/** Accepts a finding with a reason, in the name of these initials. Throws 'app/bad-parameter' without them. */
export function acknowledge(desk: Desk, check: CheckId, reason: string, by: string): void {
  if (!isInitials(by)) {
    throw new PipelineError('app/bad-parameter', 'An acceptance is signed. Give two to four capital letters, no name.')
  }
  const others = desk.data.acknowledgements.filter((a) => a.check !== check)
  desk.data.acknowledgements = [...others, { check, reason: reason.trim(), by }]
  desk.data.approval = null
  desk.saveState()
}

/** Takes an acceptance back; files written under it no longer count. */
export function withdraw(desk: Desk, check: CheckId): void {
  desk.data.acknowledgements = desk.data.acknowledgements.filter((a) => a.check !== check)
  desk.data.approval = null
  desk.saveState()
}

/** Writes, reads back, stores and hands the files to the person: one for each body where a file holds only one. */
export async function exportFile(desk: Desk, format: ExportFormat, choice: FileChoice): Promise<void> {
  const { store } = desk
  const { bodies, checks, acknowledgements, policy, process } = desk.data
  if (!store || checks.length === 0) return
  await desk.jobs.run('export', async (ctx) => {
    await acceptOwn(desk, store)
    const checked: CheckedBody[] = []
    for (const [n, body] of bodies.entries()) {
      const check = checks[n]
      const asked = format === 'ply' ? choice.values : null
      if (!check) continue
      const values = await valuesFor(desk, body, check, asked, ctx)
      const turned = isMirrored(editsOf(desk.data.part), body.id)
      checked.push({ mesh: body.mesh, check, values, isMirrored: turned, ...appearanceOf(desk.data, body) })
    }
    const name = { anatomy: 'other', laterality: 'none' } as const
    const dicom = dicomModel(dicomFacts(desk.data), choice)
    const recipients = desk.recipients.kept.recipients.filter(({ fingerprint }) => choice.sealFor.includes(fingerprint))
    const parts = { bodies: checked, name, acknowledgements, policy, process, trace: store.trace }
    const order = { ...parts, format, dicom, recipients }
    const { traceId, files } = await exportModel(desk.line(), order, ctx)
    desk.data.traceId = traceId
    desk.data.exports = [...desk.data.exports.filter((e) => e.format !== format), ...files.map(({ row }) => row)]
    desk.saveState()
    // Nothing leaves before it is written down.
    await store.flush()
    await signLeaving(
      desk,
      store,
      files.map(({ row }) => row),
    )
    for (const { row, file, sealed } of files)
      download(sealed ? sealedName(row.fileName) : row.fileName, sealed ?? file)
  })
}

/**
 * The designer's own word on the part, kept with it and in the log: before the first file of a case without people leaves. Throws
 * 'vault/denied' where it takes a reviewer or an operator.
 */
async function acceptOwn({ data, workers }: Desk, store: CaseStore): Promise<void> {
  const digests = data.checks.map(({ meshDigest }) => meshDigest)
  const [digest] = digests
  // What the gates refuse is refused by name, further on.
  if (data.approval || digest === undefined || !data.verdict?.released) return
  if (data.review.hasPeople) throw denied('release', 'role')
  await store.flush()
  await workers.vault.call((api) => api.approve(store.id, { revision: 0, digest }, null))
  const { revision } = await workers.vault.call((api) => api.openCase(store.id))
  const at = new Date().toISOString()
  data.approval = { by: null, staff: null, role: 'designer', at, revision, digests, used: true }
}

/** The report of the case as it stands; null without a scan. */
export async function reportOf(desk: Desk): Promise<Report | null> {
  const { recipe, policy, process, acknowledgements, passport, verdict, check: checked, exports, traceId } = desk.data
  if (!desk.store || !passport) return null
  const { review, approval, reviewed, approvalStanding } = desk.data
  return caseReport({
    approval: mayLeave(approvalStanding) ? (review.approval ?? approval) : null,
    templateId: recipe.id,
    policy,
    process,
    acknowledgements: [...acknowledgements, ...reviewed],
    passport,
    traceId,
    trace: desk.store.trace,
    labels: desk.data.labels?.labels ?? [],
    findings: checked?.findings ?? [],
    outcome: verdict ? (verdict.released ? 'released' : 'refused') : 'stopped',
    refusedBy: verdict?.refusedBy ?? [],
    files: exports.map(({ fileName, digest, bytes }) => ({ name: fileName, digest, bytes })),
  })
}

/** Hands the report to the person as a file of figures. */
export async function saveReport(desk: Desk): Promise<void> {
  const report = await reportOf(desk)
  if (report) download(`${report.traceId || 'report'}.json`, new Blob([reportText(report)]))
}
