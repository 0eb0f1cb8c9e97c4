import type { Mesh } from '../core/types.ts'
import { type ExportFormat, MANY_BODIES } from '../export/file-parts.ts'
import { exportModel } from './export.ts'
import { checkInput } from './line.ts'
import { CHECK_STEP, SURFACE_STEP } from './mesh-steps.ts'
import { PART_EDITS, type PartEdit } from './part-edits.ts'
import { PIECE_STEP } from './part-steps.ts'
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
  runNoted,
  unrecorded,
  volumeAt,
} from './replay-at.ts'
import { meshesValue } from './replay-values.ts'

/** An edit of the part, run again as it was made; null for one that starts from a label. */
function edited(edit: PartEdit): Replayer | null {
  if ('adds' in edit) return null
  if ('mark' in edit)
    return (at) => runNoted(at, (line, ctx) => edit.again(line, markedMeshes(at), at.params, ctx), asMesh)
  return (at) => runNoted(at, (line, ctx) => edit.run(line, meshesAt(at), at.params, ctx), meshesValue)
}

/** Inputs: what the mark went onto, and what it was made from where that is another. */
function markedMeshes(at: ReplayAt) {
  const mesh = meshAt(at, 0)
  return { mesh, from: at.inputs.length > 1 ? meshAt(at, 1) : mesh }
}

const asMesh = (value: Mesh) => ({ kind: 'mesh', value }) as const

const EDIT_REPLAYERS = Object.entries(PART_EDITS).flatMap(([stage, edit]) => {
  const replayer = edited(edit)
  return replayer ? [[stage, replayer] as const] : []
})

/** Steps from the mask to the file, by the name of their stage. */
export const MESH_REPLAYERS: Readonly<Record<string, Replayer>> = {
  ...Object.fromEntries(EDIT_REPLAYERS),
  surface: (at) => {
    const field = at.inputs.length > 1 ? volumeAt(at, 1) : null
    return runAgain(at, SURFACE_STEP, { mask: maskAt(at, 0), field }, asMesh)
  },
  piece: (at) => runAgain(at, PIECE_STEP, meshesAt(at), asMesh),
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
