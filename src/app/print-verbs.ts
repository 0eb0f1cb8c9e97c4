import { PipelineError } from '../core/errors.ts'
import { sha256 } from '../core/hash.ts'
import { figuresOf } from '../print/acceptance.ts'
import { csvText } from '../print/csv-write.ts'
import { type CaseEffort, caseCost, effortRows, minutesOf, registryCase } from '../print/effort.ts'
import { ORIENT, type OrientGoal, OVERHANG_DEG } from '../print/orient.ts'
import { reprintChart } from '../print/p-chart.ts'
import type { PrinterProfile } from '../print/profiles.ts'
import { randomId } from '../vault/keys.ts'
import { isDenied } from '../vault/roles.ts'
import { ticketOf } from './body-marks.ts'
import { onPlateNow } from './build-up.ts'
import type { CaseStore } from './case-store.svelte.ts'
import type { Desk } from './desk.svelte.ts'
import { download } from './download.io.ts'
import { labelsShown } from './part-labels.ts'
import type { StationState } from './place.ts'
import { compareCt, compareSurface, moveThreshold } from './print-compare.ts'
import {
  isRefused,
  LONGEST_CAUSE,
  type PrintRecord,
  withEffort,
  withoutProfile,
  withPrint,
  withProfile,
} from './print-records.ts'
import { ACCEPT_PRINT_STEP, acceptParams, photoSlot } from './print-steps.ts'
import { printTable, registryParts } from './print-tables.ts'
import { PrintDesk } from './print-view.svelte.ts'
import type { PrintView } from './print-view.ts'
import { listener } from './step-parts.ts'

/** Own ids never meet shipped ones, and say nothing. */
const OWN = 'own-'

/** What a person does at Print and Verify, each as a job of the desk. */
export function printVerbs(desk: Desk, on = new PrintDesk(desk, () => ticketOf(desk.data.bodies))): PrintView {
  const { prints, jobs } = desk
  const done = async (stage: string, work: Parameters<typeof jobs.run>[1]) => void (await jobs.run(stage, work))
  const keep = (how: Parameters<typeof prints.change>[0]) => done('keep-prints', () => prints.change(how))
  const isOwn = (id: string) => prints.kept.profiles.some((profile) => profile.id === id)
  const ofCase = () => prints.kept.prints.filter(({ caseId }) => caseId === desk.store?.id)
  const effort = (): CaseEffort => prints.effort(desk.store?.id ?? '')
  const changeEffort = (how: (before: CaseEffort) => CaseEffort) => {
    const caseId = desk.store?.id
    return caseId === undefined
      ? Promise.resolve()
      : keep((kept) => withEffort(kept, caseId, how(kept.effort[caseId] ?? effort())))
  }
  const machine = () => [...on.profile.buildMm, on.errorMm].join()
  /** Another machine has another room and other errors, so what was checked is not what will be printed. */
  const changePrinter = async (how: Parameters<typeof prints.change>[0]) => {
    const before = machine()
    await keep(how)
    if (machine() === before) return
    desk.data.setChecks([])
    desk.saveState()
  }
  return {
    get profiles() {
      return on.profiles
    },
    get profile() {
      return on.profile
    },
    isOwn,
    chooseProfile: (id) => changePrinter((kept) => ({ ...kept, chosen: id })),
    saveProfile: (profile) => changePrinter((kept) => withProfile(kept, owned(profile, isOwn(profile.id)))),
    removeProfile: (id) => changePrinter((kept) => withoutProfile(kept, id)),

    get orientation() {
      return on.found?.orientation ?? null
    },
    get goal() {
      return on.goal
    },
    get estimate() {
      return on.estimate
    },
    orient: (goal) => done('orient', (ctx) => orientPart(desk, on, goal, ctx)),

    get job() {
      return on.job
    },
    get form() {
      return on.form.blocks
    },
    get isByHand() {
      return on.isByHand
    },
    get stated() {
      return on.form.stated
    },
    get acceptance() {
      return on.acceptance
    },
    get photo() {
      return on.form.photo
    },
    measure: (block, axis, mm) =>
      on.changeBlock(block, (before) => ({ ...before, measuredMm: replaced(before.measuredMm, axis, mm) })),
    expect: (block, axis, mm) =>
      on.changeBlock(block, (before) => ({ ...before, expectedMm: replaced(before.expectedMm, axis, mm) })),
    state(reason, isSo) {
      const others = on.form.stated.filter((one) => one !== reason)
      on.form = { ...on.form, stated: isSo ? [...others, reason] : others }
    },
    choosePhoto(photo) {
      on.form = { ...on.form, photo }
    },
    record: (cause) => done('accept-print', (ctx) => recordPrint(desk, on, cause, ctx)),
    get records() {
      return ofCase().toReversed()
    },
    async photoOf({ id, hasPhoto }) {
      const kept = hasPhoto ? await desk.store?.read(photoSlot(id)) : null
      return kept ? new Blob([new Uint8Array(kept.bytes)], { type: photoType(kept.meta) }) : null
    },

    get comparison() {
      return on.comparison
    },
    compare: (file) => done('compare-part', (ctx) => compareSurface(desk, on, file, ctx)),
    get ct() {
      return on.ct
    },
    compareCt: (files) => done('compare-part', (ctx) => compareCt(desk, on, files, ctx)),
    moveThreshold: (value) => done('compare-part', (ctx) => moveThreshold(desk, on, value, ctx)),

    get errorMm() {
      return on.errorMm
    },
    get drift() {
      return on.drift
    },
    get reprints() {
      return reprintChart(prints.kept.prints.map(isRefused))
    },
    get effort() {
      return effort()
    },
    get minutes() {
      return minutesOf(effort())
    },
    get cost() {
      const costs = ofCase().map((print) => ({ cost: print.cost ?? 0, refused: isRefused(print) }))
      return caseCost(costs, minutesOf(effort()), prints.kept.hourRates)
    },
    get hourRates() {
      return prints.kept.hourRates
    },
    addMinutes: (who, work, minutes) =>
      changeEffort((before) => ({
        ...before,
        byHand: { ...before.byHand, [who]: { ...before.byHand[who], [work]: minutes } },
      })),
    setWho: (who) => changeEffort((before) => ({ ...before, who })),
    setHourRate: (who, rate) => keep((kept) => ({ ...kept, hourRates: { ...kept.hourRates, [who]: rate } })),
    saveEffort(format) {
      const name = desk.data.traceId ?? 'case'
      const minutes = minutesOf(effort())
      if (format === 'csv') return download(`${name}-effort.csv`, new Blob([csvText(effortRows(minutes))]), 'text/csv')
      const parts = registryParts(labelsShown(desk.data))
      const made = ofCase().map(({ printer, material }) => ({ parts: [...parts.keys()], printer, scale: 1, material }))
      const text = JSON.stringify(registryCase(parts, made, minutes), null, 2)
      download(`${name}-registry.json`, new Blob([text]), 'application/json')
    },
    savePrints: () => download('prints.csv', new Blob([csvText(printTable(prints.kept.prints))]), 'text/csv'),
  }
}

/** Where Verify stands with the file saved last. */
export function verifyState({ job, records }: Pick<PrintView, 'job' | 'records'>): StationState {
  if (job === null) return 'empty'
  const last = records.find((print) => print.job === job)
  return last === undefined ? 'needs-you' : isRefused(last) ? 'refused' : 'passed'
}

type Ctx = Parameters<Parameters<Desk['jobs']['run']>[1]>[0]

const owned = (profile: PrinterProfile, isOwn: boolean): PrinterProfile =>
  isOwn ? profile : { ...profile, id: `${OWN}${randomId()}` }

/** The three with one of them replaced. */
const replaced = <A, B>(three: readonly [A, A, A], axis: number, value: B): readonly [A | B, A | B, A | B] => [
  axis === 0 ? value : three[0],
  axis === 1 ? value : three[1],
  axis === 2 ? value : three[2],
]

function photoType(meta: unknown): string {
  const type = typeof meta === 'object' && meta !== null && 'type' in meta ? meta.type : ''
  return typeof type === 'string' ? type : ''
}

async function orientPart(desk: Desk, on: PrintDesk, goal: OrientGoal, ctx: Ctx): Promise<void> {
  const { mesh, process } = desk.data
  if (!mesh) return
  const { layerMm, buildMm } = on.profile
  const params = { ...ORIENT.defaults, goal, overhangDeg: OVERHANG_DEG[process], plateMm: layerMm, buildMm }
  on.goal = goal
  const { areaMm2, ...orientation } = await desk.workers.measure.call(
    (api) => api.orient(mesh, params, ctx.signal, listener(ctx)),
    ctx.signal,
  )
  on.found = { mesh, process, orientation, areaMm2 }
  desk.data.onPlate = onPlateNow(desk.data, orientation.best.upLps)
}

async function recordPrint(desk: Desk, on: PrintDesk, cause: string, ctx: Ctx): Promise<void> {
  const { store } = desk
  const { form, acceptance, profile, job } = on
  const { decision } = acceptance
  if (!store || job === null || decision === 'open') return
  if (on.earlier.some((print) => print.decision === 'stop')) {
    throw new PipelineError(
      'app/bad-parameter',
      'This release was stopped. Review the part and release it again first.',
    )
  }
  const why = cause.trim().slice(0, LONGEST_CAUSE)
  if (decision === 'stop' && why === '') {
    throw new PipelineError('app/bad-parameter', 'It failed twice. Say what the cause is before the job is stopped.')
  }
  const record: PrintRecord = {
    id: randomId(),
    caseId: store.id,
    job,
    traceId: desk.data.traceId,
    profileId: profile.id,
    printer: profile.name,
    material: profile.material.name,
    at: new Date().toISOString(),
    blocks: form.blocks,
    rotation: on.rotation,
    decision,
    broken: acceptance.broken,
    reasons: acceptance.reasons,
    cause: decision === 'stop' ? why : '',
    cost: on.estimate?.cost ?? null,
    currency: profile.currency,
    hasPhoto: form.photo !== null,
  }
  const judged = { record, photo: form.photo }
  await desk.line().pipeline.runStage(ACCEPT_PRINT_STEP, judged, acceptParams(record), ctx)
  await signPrint(desk, store, record)
  await desk.prints.change((kept) => withPrint(kept, record))
  // Where the photo lies is part of how the case stands.
  desk.saveState()
  on.form = { job, blocks: [], stated: [], photo: null }
}

/** What was not measured has no figure. */
const numberOf = (mm: number) => (Number.isFinite(mm) ? mm : null)

/** Of a file whose release was used up, ran out, or was never given. */
const NOT_SIGNED: readonly string[] = ['replayed', 'late-release']

/** Of a file that was released here: its print and what measuring it came to are signed. Of any other file the trace alone knows. */
async function signPrint({ workers }: Desk, store: CaseStore, record: PrintRecord): Promise<void> {
  await store.flush()
  const { id, job, printer, material, decision, reasons, blocks } = record
  const { meanMm, maxMm } = figuresOf(blocks)
  const print = await sha256(new TextEncoder().encode(id))
  const measured = { meanMm: numberOf(meanMm), maxMm: numberOf(maxMm) }
  const judged = { decision, reasons, ...measured }
  await workers.vault
    .call((api) => api.recordPrint(store.id, { print, files: [job], printer, material, judged }))
    .catch((error: unknown) => {
      if (!isDenied(error) || !NOT_SIGNED.includes(error.detail.why)) throw error
    })
}
