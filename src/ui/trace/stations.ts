import type { SessionView } from '../../app/session-view.ts'
import type { TraceRow } from '../../app/trace-view.ts'
import { figuresOf } from '../../print/acceptance.ts'
import { bandText } from '../ai.en.ts'
import { plural, volume } from '../format.ts'
import { ANATOMY_NAME } from '../segment.en.ts'
import { stepText } from '../steps.en.ts'
import { formatsOf, TRACE, type TraceStationId } from '../trace.en.ts'
import { decisionText } from '../verify.en.ts'

export interface StationRow {
  readonly id: TraceStationId
  readonly state: 'passed' | 'refused' | 'empty'
  readonly lead: string
  readonly fact: string
  /** Of what it made; null while it made nothing. */
  readonly digest: string | null
  readonly at: string | null
  readonly steps: readonly TraceRow[]
}

const OF_SCAN: readonly string[] = ['scan', 'sample', 'straighten', 'sign-side', 'state-modality']
const OF_MASK: readonly string[] = [
  ...[
    'template',
    'denoise',
    'threshold',
    'airway',
    'lung',
    'network',
    'infer',
    'self-test',
    'promote',
    'place',
    'restore',
  ],
  ...['islands', 'split-islands', 'fill-holes', 'margin', 'morphology', 'smooth-mask', 'smooth-joint', 'hollow-mask'],
  ...['grow-at-click', 'grow-from-seeds', 'grow-from-core', 'remove-table', 'between-slices', 'combine', 'complement'],
  ...['paint', 'scissors', 'view-scissors', 'crop', 'read-labels', 'fit-labels', 'review-region', 'second-reader'],
]
const ONE: Readonly<Record<string, TraceStationId>> = {
  check: 'check',
  approve: 'approval',
  export: 'file',
  'accept-print': 'print',
}
/** Steps that say something and are no edit of the mask or the model. */
const NO_EDIT: readonly string[] = [
  'template',
  'self-test',
  'place',
  'restore',
  'promote',
  'review-region',
  'second-reader',
  'piece',
  'place-part',
]

/** Where a step stands on the way; what is not listed is an edit of the part. */
export function stationOf(stage: string): TraceStationId {
  if (OF_SCAN.includes(stage)) return 'scan'
  if (OF_MASK.includes(stage)) return 'mask'
  return ONE[stage] ?? 'model'
}

type Given = Pick<
  SessionView,
  | 'trace'
  | 'tracing'
  | 'volume'
  | 'passport'
  | 'side'
  | 'check'
  | 'acknowledgements'
  | 'ledger'
  | 'labels'
  | 'part'
  | 'openCase'
  | 'review'
>

/** The stations of what is shown, each with its steps; those not reached yet are empty, an approval that is not there is left out. */
export function stationRows(session: Given): readonly StationRow[] {
  const steps = new Map<TraceStationId, TraceRow[]>()
  for (const row of session.trace) {
    const id = stationOf(row.stage)
    steps.set(id, [...(steps.get(id) ?? []), row])
  }
  const of = (id: TraceStationId): readonly TraceRow[] => steps.get(id) ?? []
  const rows = [scanRow(session, of('scan')), maskRow(session, of('mask')), modelRow(session, of('model'))]
  const approval = of('approval')
  return [
    ...[...rows, checkRow(session, of('check'))],
    ...(approval.length > 0 ? [made('approval', approval, TRACE.approval, '')] : []),
    ...[fileRow(session, of('file')), printRow(session, of('print'))],
  ]
}

/** A station that has made something; empty while it has not. */
function made(
  id: TraceStationId,
  steps: readonly TraceRow[],
  lead: string,
  fact: string,
  last = steps.at(-1),
): StationRow {
  if (!last) return { id, state: 'empty', lead: TRACE.notYet, fact: '', digest: null, at: null, steps }
  return { id, state: 'passed', lead, fact, digest: last.outputDigest, at: last.at, steps }
}

/** The last step that led to what is shown; the last at all where none did. */
const lastLed = ({ tracing }: Given, steps: readonly TraceRow[]): TraceRow | undefined =>
  steps.findLast(({ seq }) => tracing.led.has(seq)) ?? steps.at(-1)

function scanRow(session: Given, steps: readonly TraceRow[]): StationRow {
  const { volume: scan, side } = session
  if (!scan) return made('scan', steps, '', '')
  return made('scan', steps, TRACE.scan(scan.grid.size[2]), TRACE.scanFact(scan.grid.spacing, side), steps[0])
}

const editsOf = (session: Given, steps: readonly TraceRow[]) =>
  steps.filter(({ seq, stage }) => session.tracing.led.has(seq) && !NO_EDIT.includes(stage))

function maskRow(session: Given, steps: readonly TraceRow[]): StationRow {
  const edits = editsOf(session, steps)
  const [first] = edits
  const how = first?.stage === 'infer' ? TRACE.byNetwork : first ? stepText(first.stage) : TRACE.byHand
  const lead = TRACE.mask(how, Math.max(0, edits.length - 1))
  return made('mask', steps, lead, maskFact(session), lastLed(session, steps))
}

/** What is marked; of a label that a network made also how far it may be believed. */
function maskFact({ part, labels }: Given): string {
  const shown =
    part.labels.length > 0 ? labels.filter(({ id }) => part.labels.some((label) => label.id === id)) : labels
  const [only] = shown
  if (!only) return ''
  if (shown.length > 1) return plural(shown.length, 'label', 'labels')
  const words = [ANATOMY_NAME[only.anatomy], volume(only.mm3)]
  return [...words, ...(only.ai ? [bandText(only.ai.band)] : [])].join(', ')
}

function modelRow(session: Given, steps: readonly TraceRow[]): StationRow {
  const edits = editsOf(session, steps).filter(({ stage }) => stage !== 'surface')
  const last = session.ledger.at(-1)
  const fact = last && session.tracing.isAtHand ? TRACE.fromMask(last.meanMm) : ''
  return made('model', steps, TRACE.model(edits.length), fact, lastLed(session, steps))
}

function checkRow(session: Given, steps: readonly TraceRow[]): StationRow {
  const { check, openCase, tracing, acknowledgements } = session
  const row = made('check', steps, '', '', lastLed(session, steps))
  if (row.state === 'empty' || !openCase) return row
  if (!check || !tracing.isAtHand) return { ...row, lead: TRACE.measured(openCase.policy, openCase.process) }
  const passed = check.findings.filter(({ level }) => level === 'pass').length
  const accepted = check.findings.filter(
    ({ check: id, level }) => level !== 'pass' && acknowledgements.some((a) => a.check === id),
  ).length
  const refused = check.refusedBy.length
  return {
    ...row,
    state: check.released ? 'passed' : 'refused',
    lead: TRACE.gates(check.findings.length, openCase.policy),
    fact: TRACE.held(passed, accepted, refused, check.findings.length - passed - accepted - refused),
  }
}

function fileRow(session: Given, steps: readonly TraceRow[]): StationRow {
  const { shown } = session.tracing
  if (!shown) return releasedRow(session, made('file', [], '', ''))
  const own = steps.filter(({ outputDigest }) => shown.files.some(({ digest }) => digest === outputDigest))
  return made('file', own, formatsOf(shown), TRACE.readBack)
}

/** Where there are people the file is the operator's: the designer's trace knows that it was released, and no more. */
const releasedRow = ({ review }: Given, row: StationRow): StationRow =>
  review.standing === 'released' ? { ...row, state: 'passed', lead: TRACE.byOperator } : row

function printRow(session: Given, steps: readonly TraceRow[]): StationRow {
  const prints = session.tracing.shown?.prints ?? []
  const last = prints.at(-1)
  if (!last) return made('print', [], '', '')
  const own = steps.filter(({ inputDigests }) => prints.some(({ job }) => inputDigests.includes(job)))
  const { meanMm } = figuresOf(last.blocks)
  const fact = TRACE.printFact(Number.isFinite(meanMm) ? meanMm : null, decisionText(last.decision))
  const row = made('print', own, TRACE.prints(prints.length, last.printer), fact)
  return last.decision === 'accept' ? row : { ...row, state: 'refused', at: last.at }
}
