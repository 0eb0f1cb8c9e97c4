import * as Comlink from 'comlink'
import { PipelineError } from '../core/errors.ts'
import { mayStateMr, statedMr } from '../core/passport.ts'
import type { Context } from '../core/stage.ts'
import { CaseData } from './case-data.svelte.ts'
import type { Side } from './case-state.ts'
import { CaseStore } from './case-store.svelte.ts'
import type { Desk } from './desk.svelte.ts'
import { markByTemplate } from './edit-label.ts'
import { beginHandedIn } from './hand-in.ts'
import type { Line } from './line.ts'
import { checkPart, makePart } from './make-part.ts'
import { assertMayHandIn } from './read-scan.ts'
import { asksSomething, NO_ANSWER, readSeries } from './read-series.ts'
import { restoreCase } from './restore-case.ts'
import { MODALITY_STEP, SAMPLE_STEP, SIDE_STEP } from './scan-steps.ts'
import type { ArrivingView, SeriesAnswer } from './scan-view.ts'
import { defaultTemplate, SAMPLE_TEMPLATE_ID, templateById } from './shipped-templates.ts'
import type { Template } from './templates.ts'

type OpenVault = () => Promise<void>

/** Lists the series in these files; the only usable one is opened at once. */
export async function openFiles(
  desk: Desk,
  files: readonly { path: string; file: File }[],
  openVault: OpenVault,
): Promise<void> {
  const found = await desk.jobs.run('scan', async (ctx) => {
    await openVault()
    if (desk.people.me) assertMayHandIn(desk.people)
    await desk.leaveCase()
    desk.place = 'scan'
    return desk.workers.decode.call((api) => api.scan(files, ctx.signal, Comlink.proxy(ctx.progress)), ctx.signal)
  })
  if (!found) {
    desk.place = 'start'
    return
  }
  desk.series = found
  const usable = found.filter((s) => s.problem === null)
  const [only] = usable
  if (only && usable.length === 1) await chooseSeries(desk, only.id)
  // Nothing to choose from: the reason is said in full, not only on the card of the series.
  const refused = found.find((s) => s.problem)
  if (only || !refused?.problem) return
  if (asksSomething(refused)) desk.asked = refused.id
  // A mere question is no fault to report.
  if (refused.problem.code !== 'import/choose-series')
    desk.report(new PipelineError(refused.problem.code, refused.problem.message))
}

/** Reads a series into a new case; one that asks something is read once it is answered. */
export async function chooseSeries(desk: Desk, id: string, answer?: SeriesAnswer): Promise<void> {
  const row = desk.series.find((s) => s.id === id)
  if (!row) return
  if (!answer && asksSomething(row)) {
    desk.asked = id
    return
  }
  const { series } = desk
  await desk.jobs.run('scan', async (ctx) => {
    await desk.leaveCase()
    desk.series = series
    // Cancelled or refused, the question stands again.
    desk.asked = asksSomething(row) ? id : null
    desk.place = 'scan'
    // A last message may come after the scan itself.
    let isReading = true
    const show = (arriving: ArrivingView) => {
      if (isReading) desk.arriving = arriving
    }
    const read = (line: Line) => readSeries(line, row, answer ?? NO_ANSWER, ctx, show)
    try {
      // A file without tags shows only once it is read whether it is CT or MR.
      await desk.startCase(({ modality }) => defaultTemplate(modality), read)
    } finally {
      isReading = false
      desk.arriving = null
    }
    desk.chosenSeries = id
    desk.asked = null
    // The files of a single series are not needed again, and the codecs hold on to all they ever read.
    if (series.length === 1 && !asksSomething(row)) desk.workers.decode.terminate()
    await desk.loadHistogram(ctx)
  })
}

/** The built-in sample through the whole line to a verdict. */
export async function runSample(desk: Desk, openVault: OpenVault): Promise<void> {
  const template = templateById(SAMPLE_TEMPLATE_ID)
  const released = await desk.jobs.run('sample', async (ctx) => {
    await openVault()
    await desk.leaveCase()
    await desk.startCase(
      () => template,
      (line) => line.pipeline.runStage(SAMPLE_STEP, null, {}, ctx),
    )
    await desk.loadHistogram(ctx)
    await runRecipe(desk, template, ctx)
    return desk.data.verdict?.released ?? false
  })
  if (released) desk.place = 'print'
}

/** The template's whole recipe on the open scan, up to the check. */
export async function runTemplate(desk: Desk): Promise<void> {
  await desk.jobs.run('segment', (ctx) => runRecipe(desk, desk.data.recipe, ctx))
}

/** The marking steps of the template alone. */
export async function runMarking(desk: Desk): Promise<void> {
  const { volume, recipe } = desk.data
  if (!volume) return
  await desk.jobs.run('segment', async (ctx) => {
    desk.place = 'segment'
    await markByTemplate(desk, volume, recipe, ctx)
  })
}

async function runRecipe(desk: Desk, template: Template, ctx: Context): Promise<void> {
  const { volume } = desk.data
  if (!volume) return
  desk.place = 'segment'
  await markByTemplate(desk, volume, template, ctx)
  desk.place = 'model'
  await makePart(desk, template, ctx)
  desk.place = 'check'
  await checkPart(desk, ctx)
}

/** The person's word on the side, into the trace. */
export async function signSide(desk: Desk, side: Side): Promise<void> {
  const { volume } = desk.data
  if (!volume) return
  await desk.jobs.run('sign-side', async (ctx) => {
    await desk.line().pipeline.runStage(SIDE_STEP, volume, { side }, ctx)
    desk.data.side = side
    desk.data.setChecks([])
    desk.saveState()
  })
}

/** The person's word that the scan is MR, into the trace and the passport. Only where the file does not say. */
export async function stateMr(desk: Desk): Promise<void> {
  const { volume, passport } = desk.data
  if (!volume || !passport || !mayStateMr(passport)) return
  await desk.jobs.run('state-modality', async (ctx) => {
    await desk.line().pipeline.runStage(MODALITY_STEP, volume, { modality: 'MR' }, ctx)
    desk.data.passport = statedMr(passport)
    desk.saveState()
  })
}

/** A case from the library, with everything as it was left; what Intake handed in is taken in first. */
export async function reopen(desk: Desk, caseId: string, loadReview: () => Promise<void>): Promise<void> {
  await desk.jobs.run('reopen', async (ctx) => {
    await desk.leaveCase()
    const { people, workers } = desk
    const isOwn = people.mayEdit(caseId)
    if (isOwn && people.waiting(caseId) > 0) {
      await workers.vault.call((api) => api.takeIn(caseId))
      await people.refreshCases()
    }
    const { store, state } = await CaseStore.open(workers, caseId, desk.report, isOwn)
    const data = new CaseData()
    await (state ? restoreCase(data, state, store, ctx) : beginHandedIn(data, store))
    desk.show(store, data)
    await loadReview()
    // With the case and not after it: whoever has gone to another station meanwhile stays there.
    desk.place = data.standing().station
    await desk.loadHistogram(ctx)
  })
}
