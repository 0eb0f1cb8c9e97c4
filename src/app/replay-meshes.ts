import { type ExportFormat, MANY_BODIES } from '../export/file-parts.ts'
import { DECIMATE } from '../prepare/decimate.ts'
import { REPAIR } from '../prepare/repair.ts'
import { SMOOTH } from '../prepare/smooth.ts'
import { exportModel } from './export.ts'
import { checkInput } from './line.ts'
import { BLOCKS_STEP, CODE_STEP, HANGING_STEP, type MarkStep, PLATE_STEP, STAND_STEP, TEXT_STEP } from './mark-steps.ts'
import { CHECK_STEP, DECIMATE_STEP, REPAIR_STEP, SMOOTH_STEP, SURFACE_STEP } from './mesh-steps.ts'
import {
  BOOLEAN_STEP,
  COMBINE_STEP,
  DRAIN_STEP,
  HOLLOW_STEP,
  MIRROR_STEP,
  OFFSET_STEP,
  PEGS_STEP,
  SCALE_STEP,
  SPLIT_SHELLS_STEP,
  THICKEN_STEP,
  WRAP_STEP,
} from './part-geometry.ts'
import { LAY_FLAT_STEP, type MeshesStep, ofOne, PIECE_STEP } from './part-steps.ts'
import {
  checkAt,
  type Made,
  maskAt,
  meshAt,
  meshesAt,
  NotReplayable,
  type ReplayAt,
  type Replayer,
  runAgain,
  unrecorded,
  volumeAt,
} from './replay-at.ts'
import { meshesValue } from './replay-values.ts'
import { listener } from './step-parts.ts'

type Named = readonly [stage: string, replayer: Replayer]

const edit = <P extends object>(step: MeshesStep<P>): Named => [
  step.spec.name,
  (at) => runAgain(at, step, meshesAt(at), meshesValue),
]

/** Inputs: what the mark went onto, and what it was made from where that is another. */
const mark = <P extends object>(step: MarkStep<P>): Named => [
  step.spec.name,
  async (at) => {
    const mesh = meshAt(at, 0)
    const from = at.inputs.length > 1 ? meshAt(at, 1) : mesh
    const all: P = { ...step.spec.defaults, ...at.params }
    const made = await at.workers.mesh.call(
      (api) => step.make(api, from, all, at.ctx.signal, listener(at.ctx)),
      at.ctx.signal,
    )
    return runAgain(at, step, { mesh, from, mark: made.mark }, (value) => ({ kind: 'mesh', value }))
  },
]

/** Steps from the mask to the file, by the name of their stage. */
export const MESH_REPLAYERS: Readonly<Record<string, Replayer>> = {
  ...Object.fromEntries([
    ...[edit(LAY_FLAT_STEP), edit(HOLLOW_STEP), edit(DRAIN_STEP), edit(PEGS_STEP), edit(SPLIT_SHELLS_STEP)],
    ...[edit(COMBINE_STEP), edit(BOOLEAN_STEP), edit(MIRROR_STEP), edit(SCALE_STEP), edit(OFFSET_STEP)],
    ...[edit(THICKEN_STEP), edit(WRAP_STEP), mark(TEXT_STEP), mark(CODE_STEP), mark(BLOCKS_STEP)],
    ...[mark(PLATE_STEP), mark(STAND_STEP), mark(HANGING_STEP)],
  ]),
  [SMOOTH.name]: edit(ofOne(SMOOTH_STEP))[1],
  [DECIMATE.name]: edit(ofOne(DECIMATE_STEP))[1],
  [REPAIR.name]: edit(ofOne(REPAIR_STEP))[1],
  surface: (at) => {
    const field = at.inputs.length > 1 ? volumeAt(at, 1) : null
    return runAgain(at, SURFACE_STEP, { mask: maskAt(at, 0), field }, (value) => ({ kind: 'mesh', value }))
  },
  piece: (at) => runAgain(at, PIECE_STEP, meshesAt(at), (value) => ({ kind: 'mesh', value })),
  check: checkAgain,
  export: exportAgain,
}

async function checkAgain(at: ReplayAt): Promise<Made> {
  const [mesh = '', reference = ''] = at.entry.inputDigests
  const facts = await at.kept.checked(mesh, reference)
  if (!facts) throw new NotReplayable('part-changed')
  const input = checkInput({ ...facts, mesh: meshAt(at, 0), reference: meshAt(at, 1) })
  return runAgain(at, CHECK_STEP, input, (value) => ({ kind: 'check', value }))
}

const said = (value: unknown) => JSON.stringify(value)

/** The release is earned again by the checks as they were made now; which file of a format it was, its first body says. */
async function exportAgain(at: ReplayAt): Promise<Made> {
  const { format, traceId, accepted, values, namesPatient } = at.params
  if (namesPatient === true) throw new NotReplayable('patient-not-kept')
  const part = await at.kept.released(String(traceId))
  if (!part || said(values) !== said('')) throw new NotReplayable('part-changed')
  checkAt(at, 1)
  const bodies = part.bodies.map(({ mesh, check, named }) => {
    const [shape, checked] = [at.known(mesh), at.known(check)]
    if (shape?.kind !== 'mesh' || checked?.kind !== 'check') throw new NotReplayable('input-not-kept')
    return { ...named, mesh: shape.value, check: checked.value }
  })
  const { line, noted } = unrecorded(at.workers)
  await exportModel(line, { ...part.order, bodies, format: format as ExportFormat }, at.ctx)
  const body = part.bodies.findIndex(({ mesh }) => mesh === at.entry.inputDigests[0])
  const written = noted[MANY_BODIES.includes(format as ExportFormat) ? 0 : body]
  const isAccepted = written && said(accepted) === said((written.params as Record<string, unknown>).accepted)
  if (!written || !isAccepted) throw new NotReplayable('part-changed')
  return {
    value: { kind: 'file', value: null },
    digest: written.outputDigest,
    backend: written.backend,
    adapter: written.adapter,
  }
}
