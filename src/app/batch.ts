import * as Comlink from 'comlink'
import { type ErrorCode, isAbort, PipelineError } from '../core/errors.ts'
import type { Context } from '../core/stage.ts'
import type { Mesh } from '../core/types.ts'
import { writeNiftiMask, writeNiftiVolume } from '../export/nifti.ts'
import type { SeriesInfo } from '../import/series.ts'
import { gateVerdict } from '../qa/gate.ts'
import { POLICIES } from '../qa/policy.ts'
import { BUNDLE_NAME } from '../trace/bundle.ts'
import { inferEngine } from './ai-engine.ts'
import { type Progress, type RunAsked, resultOf } from './batch-result.ts'
import { caseEvidence } from './case-evidence.ts'
import { CaseStore } from './case-store.svelte.ts'
import type { Checked } from './check-codec.ts'
import { exportModel } from './export.ts'
import { check, type Line, type Modelled, markings, model } from './line.ts'
import { ModelShelf } from './model-shelf.svelte.ts'
import type { MarkingLine } from './networks.ts'
import { createPipeline } from './pipeline.ts'
import { NO_ANSWER, readSeries } from './read-series.ts'
import type { RunResult, Until } from './run-result.ts'
import { SAMPLE_STEP } from './scan-steps.ts'
import { segment } from './segment.ts'
import { defaultTemplate, SAMPLE_TEMPLATE_ID, templateById } from './shipped-templates.ts'
import { withOverrides } from './templates.ts'
import type { Workers } from './workers.ts'

export interface BatchInput extends RunAsked {
  readonly workers: Workers
  readonly files: readonly { readonly path: string; readonly file: Blob }[]
  readonly ctx: Context
  readonly onStage: (stage: string) => void
  /** Draws the part. */
  readonly picture: (mesh: Mesh) => Promise<Blob>
}

export interface BatchOutput {
  readonly result: RunResult
  readonly files: ReadonlyMap<string, Blob>
}

const STATIONS: readonly Until[] = ['scan', 'segment', 'model', 'check']

/** Runs one scan through the whole line in a teaching vault. What the line refuses, and its errors, are values. */
export async function runBatch(input: BatchInput): Promise<BatchOutput> {
  const made: Progress = {
    store: null,
    template: null,
    scanned: null,
    segmented: null,
    modelled: null,
    checked: null,
    traceId: null,
    exports: [],
    files: new Map(),
  }
  try {
    const outcome = await runLine(input, made)
    await keepAssets(input, made)
    await made.store?.flush()
    return { result: await resultOf(input, made, outcome, null), files: made.files }
  } catch (error) {
    if (isAbort(error)) throw error
    return { result: await resultOf(input, made, 'error', errorOf(error)), files: new Map() }
  }
}

function errorOf(error: unknown): NonNullable<RunResult['error']> {
  if (error instanceof PipelineError) return { code: error.code, message: error.message }
  console.error(error)
  return { code: 'app/bug', message: 'Something went wrong inside the program.' }
}

async function runLine(input: BatchInput, made: Progress): Promise<Exclude<RunResult['outcome'], 'error'>> {
  const { options } = input
  const last = options.until === null ? STATIONS.length : STATIONS.indexOf(options.until)
  await input.workers.vault.call((api) => api.startTeaching())
  const { backend } = await input.workers.compute.call((api) => api.useBackend(options.backend))
  const line = await readScan(input, made, backend)
  const { scanned, template } = made
  if (last < 1 || !scanned || !template) return 'stopped'
  made.segmented = await segment(line, scanned, template, input.ctx)
  if (last < 2) return 'stopped'
  const { mask, field, lowHu, highHu, fromAi, declaredShells } = made.segmented
  const marked = markings(mask, field, fromAi ? null : { lowHu, highHu })
  made.modelled = await model(line, marked, template, input.ctx)
  // Drawn while the part is checked.
  const picture = input.picture(made.modelled.mesh)
  picture.catch(() => {})
  if (last < 3) {
    made.files.set('model.png', await picture)
    return 'stopped'
  }
  const { policy, process } = options
  const ai = fromAi?.ai ?? null
  const order = {
    ...made.modelled,
    ...scanned,
    declaredShells,
    marks: null,
    ai,
    sideVerified: false,
    policy,
    process,
    buildMm: null,
  }
  made.checked = await check(line, order, input.ctx)
  made.files.set('model.png', await picture)
  const { released, refusedBy } = gateVerdict(made.checked.findings, options.acknowledge, POLICIES[policy])
  if (!released) return refusedBy.every((gate) => gate === 'ai-review') ? 'needs-review' : 'refused'
  if (options.until !== null) return 'stopped'
  for (const format of ['stl', '3mf'] as const) await exportOne(input, line, made, made.modelled, made.checked, format)
  return 'released'
}

/** Opens a case around the chosen scan. */
async function readScan(input: BatchInput, made: Progress, backend: 'cpu' | 'webgpu'): Promise<MarkingLine> {
  const { workers, options, ctx } = input
  const series = options.scan === 'sample' ? null : await chooseSeries(input)
  const asked = options.template === null ? null : templateById(options.template)
  const init = { templateId: asked?.id ?? SAMPLE_TEMPLATE_ID, policy: options.policy, process: options.process }
  const store = await CaseStore.create(workers, init, (error) => console.error(error))
  made.store = store
  const line = { workers, pipeline: createPipeline(workers, store), onStage: input.onStage }
  input.onStage('scan')
  made.scanned = series
    ? await readSeries(line, series, NO_ANSWER, ctx)
    : await line.pipeline.runStage(SAMPLE_STEP, null, {}, ctx)
  const suited = series ? defaultTemplate(made.scanned.volume.modality) : templateById(SAMPLE_TEMPLATE_ID)
  made.template = withOverrides(asked ?? suited, options.set)
  const models = new ModelShelf(workers)
  if (made.template.steps.some(({ stage }) => stage === 'network')) await models.loadShipped()
  const { policy } = options
  const engine = inferEngine({
    backend: () => backend,
    require: (model) => models.require(model, policy),
    measured: () => false,
  })
  return { ...line, networks: { engine, ready: (id) => models.ready(id, policy) } }
}

/** Problems of what lies beside a scan on every disc: localizers, single pictures, reports. */
const NEVER_MEANT: readonly ErrorCode[] = ['import/not-a-volume', 'import/too-few-slices', 'import/unsupported']
const LISTED_SERIES = 8

/** The series the run is about: the one asked for, or the only one that can be used. */
async function chooseSeries({ workers, options, files, ctx, onStage }: BatchInput) {
  onStage('scan')
  const found = await workers.decode.call(
    (api) =>
      api.scan(
        [...files],
        ctx.signal,
        Comlink.proxy((fraction: number) => ctx.progress(fraction)),
      ),
    ctx.signal,
  )
  if (options.series !== null) {
    const asked = found[options.series - 1]
    if (!asked) {
      throw new PipelineError('app/bad-parameter', `There is no series ${options.series}; there are ${found.length}.`)
    }
    if (asked.problem) throw new PipelineError(asked.problem.code, asked.problem.message)
    return asked
  }
  const usable = found.filter((s) => s.problem === null)
  const [only] = usable
  // A refused series of real size beside it may be the one that was meant: then a person has to say.
  const rivals = found.filter((s) => s.problem && !NEVER_MEANT.includes(s.problem.code))
  if (only && usable.length === 1 && rivals.length === 0) return only
  const problem = found.find((s) => s.problem)?.problem
  if (!only) {
    throw problem
      ? new PipelineError(problem.code, problem.message)
      : new PipelineError(
          'import/nothing-readable',
          'No scan was found in these files. Choose a DICOM folder, a NIfTI, NRRD or MHA file.',
        )
  }
  throw new PipelineError(
    'import/choose-series',
    `There are several series. Choose one by --series: ${seriesList(found)}.`,
  )
}

/** The first few series in words, with their numbers. */
function seriesList(found: readonly SeriesInfo[]): string {
  const words = found.map((s, n) => `${n + 1}: ${s.problem ? s.problem.code : `${s.modality} ${s.size.join(' x ')}`}`)
  const rest = words.length - LISTED_SERIES
  return words.slice(0, LISTED_SERIES).join('; ') + (rest > 0 ? `; and ${rest} more` : '')
}

async function exportOne(
  { options, ctx }: BatchInput,
  line: Line,
  made: Progress,
  { mesh }: Modelled,
  checked: Checked,
  format: 'stl' | '3mf',
): Promise<void> {
  const { policy, process, acknowledge } = options
  const trace = made.store?.trace ?? []
  const bodies = [{ mesh, check: checked }]
  const name = { anatomy: made.template?.anatomy ?? 'other', laterality: 'none' } as const
  const order = { bodies, name, acknowledgements: acknowledge, policy, process, trace, format }
  const { traceId, files } = await exportModel(line, order, ctx)
  made.traceId = traceId
  for (const { row, file } of files) {
    const name = `model.${format}`
    made.exports.push({ name, digest: row.digest, bytes: row.bytes })
    made.files.set(name, file)
  }
}

async function keepAssets({ options, workers }: BatchInput, made: Progress): Promise<void> {
  const { keep, acknowledge } = options
  if (keep.includes('volume') && made.scanned) {
    made.files.set('volume.nii.gz', await gzip(writeNiftiVolume(made.segmented?.field ?? made.scanned.volume)))
  }
  if (keep.includes('mask') && made.segmented) {
    made.files.set('mask.nii.gz', await gzip(writeNiftiMask(made.segmented.mask)))
  }
  if (keep.includes('bundle') && made.store) {
    const { checked, traceId, exports } = made
    const accepted = acknowledge.map(({ check }) => check)
    const order = { checks: checked ? [checked] : [], accepted, traceId, exports }
    made.files.set(BUNDLE_NAME, await caseEvidence(workers, made.store, order))
  }
}

function gzip(bytes: Uint8Array): Promise<Blob> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new CompressionStream('gzip'))
  return new Response(stream).blob()
}
