import { digestBytes, sha256 } from '../core/hash.ts'
import type { JsonValue } from '../core/json.ts'
import type { KeptAsset, Step } from './pipeline.ts'
import type { PrintRecord } from './print-records.ts'

export type AcceptPrintParams = {
  readonly decision: PrintRecord['decision'] | ''
  readonly reasons: readonly string[]
  readonly printer: string
  /** Edge lengths as designed and as measured, x, y and z of each block, mm; -1 where none was taken. */
  readonly expectedMm: readonly number[]
  readonly measuredMm: readonly number[]
  readonly photo: boolean
}

export interface JudgedPrint {
  readonly record: PrintRecord
  readonly photo: Blob | null
}

/** Where a case keeps the photo of a print. */
export const photoSlot = (printId: string): string => `photo/${printId}`

/** What was measured on a print and what came of it, from the file that was printed; its photo is kept sealed with the case. */
export const ACCEPT_PRINT_STEP: Step<JudgedPrint, AcceptPrintParams, JudgedPrint> = {
  spec: {
    name: 'accept-print',
    version: 1,
    defaults: { decision: '', reasons: [], printer: '', expectedMm: [], measuredMm: [], photo: false },
  },
  run: async (_workers, judged) => ({ output: judged, backend: 'cpu', adapter: 'JavaScript' }),
  inputDigests: async ({ record }) => [record.job],
  outputDigest: ({ record }) => sha256(new TextEncoder().encode(JSON.stringify(record))),
  keep: async ({ record, photo }) => (photo === null ? [] : [await photoAsset(record.id, photo)]),
}

async function photoAsset(printId: string, photo: Blob): Promise<KeptAsset> {
  const bytes = new Uint8Array(await photo.arrayBuffer())
  const meta: JsonValue = { type: photo.type }
  return { role: 'photo', slot: photoSlot(printId), digest: await digestBytes(bytes), meta, parts: [bytes] }
}

/** What the trace keeps of a print. */
export const acceptParams = ({ blocks, decision, reasons, printer, hasPhoto }: PrintRecord) => ({
  decision,
  reasons,
  printer,
  expectedMm: blocks.flatMap(({ expectedMm }) => expectedMm),
  measuredMm: blocks.flatMap(({ measuredMm }) => measuredMm.map((mm) => mm ?? -1)),
  photo: hasPhoto,
})
