import { subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { Volume } from '../core/types.ts'
import type { GivenFile } from '../import/scan.io.ts'
import { COMPARE_PART_STEP } from './compare-part.ts'
import type { Desk } from './desk.svelte.ts'
import { readPartCt } from './part-ct.ts'
import type { PrintDesk } from './print-view.svelte.ts'

/** Share of the work that reading a CT takes. */
const READING = 0.3

/** Holds a file with a surface of the printed part against the model. */
export async function compareSurface(desk: Desk, on: PrintDesk, file: File, ctx: Context): Promise<void> {
  await compare(desk, on, { scan: file, thresholdValue: null }, ctx)
  desk.data.partCt = null
}

/** Holds a CT of the printed part against the model, from the threshold that its values suggest. It is there to be moved even when that fails. */
export async function compareCt(desk: Desk, on: PrintDesk, files: readonly GivenFile[], ctx: Context): Promise<void> {
  if (!desk.data.mesh) return
  const ct = await readPartCt(desk.workers, files, subContext(ctx, 0, READING))
  const { thresholdValue } = ct.found
  desk.data.partCt = { ct, thresholdValue }
  on.forgetCompared()
  await compare(desk, on, { scan: ct.volume, thresholdValue }, subContext(ctx, READING, 1))
}

/** The same CT from another threshold. */
export async function moveThreshold(desk: Desk, on: PrintDesk, thresholdValue: number, ctx: Context): Promise<void> {
  const { partCt } = desk.data
  if (!partCt) return
  desk.data.partCt = { ...partCt, thresholdValue }
  on.forgetCompared()
  await compare(desk, on, { scan: partCt.ct.volume, thresholdValue }, ctx)
}

interface Scan {
  readonly scan: File | Volume
  readonly thresholdValue: number | null
}

async function compare(desk: Desk, on: PrintDesk, { scan, thresholdValue }: Scan, ctx: Context): Promise<void> {
  const { mesh } = desk.data
  if (!mesh) return
  const input = { design: mesh, scan }
  on.setCompared(mesh, await desk.line().pipeline.runStage(COMPARE_PART_STEP, input, { thresholdValue }, ctx))
}
