import { PipelineError } from '../core/errors.ts'
import type { JsonValue } from '../core/json.ts'
import type { Passport } from '../core/passport.ts'
import { hasFields, isCount, isListOf, isOneOf, isRecord, isText } from '../core/shape.ts'
import type { TraceStep } from '../trace/chain.ts'
import { decodeVolume } from '../vault/codec.ts'
import { pseudonym } from '../vault/pseudonym.ts'
import type { CaseData } from './case-data.svelte.ts'
import { isPassport } from './case-state.ts'
import type { CaseStore } from './case-store.svelte.ts'
import type { Desk } from './desk.svelte.ts'
import { noteDigest } from './digests.ts'
import { assertMayHandIn } from './read-scan.ts'
import { sentBytes } from './send-asset.ts'
import { defaultTemplate } from './shipped-templates.ts'

/** What goes along with a scan, sealed like it: enough for its designer to begin the case. */
type Along = { readonly passport: Passport; readonly steps: readonly TraceStep[] }

/** Seals the scan on the desk for the designers and clears the desk. Who does it cannot open it afterwards. */
export async function handIn(desk: Desk): Promise<void> {
  const { workers, reading, data } = desk
  const { asset } = reading ?? {}
  const { volume, passport, policy, process } = data
  if (!reading || !asset || !volume || !passport) return
  const name = await desk.jobs.run('hand-in', async () => {
    assertMayHandIn(desk.people)
    const init = { pseudonym: pseudonym(), templateId: defaultTemplate(volume.modality).id, policy, process }
    const id = reading.caseId ?? (await workers.vault.call((api) => api.createCase(init)))
    reading.caseId = id
    const meta = { ...(asset.meta as object), along: { passport, steps: reading.steps } } as unknown as JsonValue
    const bytes = await sentBytes(workers, asset.parts)
    const sent = { type: 'volume' as const, digest: asset.digest, meta, ...bytes }
    await workers.vault.call((api) => api.ingestSent(id, sent))
    desk.forgetCase()
    // Ends every realm that saw the scan.
    for (const host of [workers.decode, workers.compute, workers.mesh, workers.measure]) host.terminate()
    return init.pseudonym
  })
  if (name !== null) desk.handedIn = name
}

const isStep = hasFields({
  stage: isText,
  version: isCount,
  params: isRecord,
  inputDigests: isListOf(isText),
  outputDigest: isText,
  backend: isOneOf(['cpu', 'webgpu', 'wasm']),
  adapter: isText,
  ms: isCount,
  at: isText,
})
const hasAlong = hasFields({ along: hasFields({ passport: isPassport, steps: isListOf(isStep) }) })

/** What came along with a scan. Throws 'vault/tampered' when it is not what handing in writes. */
export function alongOf(meta: JsonValue): Along {
  // What is read of a passport was looked at; the rest belongs to who read the scan.
  if (hasAlong(meta)) return meta.along as unknown as Along
  throw new PipelineError('vault/tampered', 'What came with this scan cannot be read. Ask Intake to hand it in again.')
}

/** Begins a case that holds nothing but what Intake handed in; without that it stays empty. */
export async function beginHandedIn(data: CaseData, store: CaseStore): Promise<void> {
  const kept = await store.read('volume')
  if (!kept) return
  const { passport, steps } = alongOf(kept.meta)
  const volume = decodeVolume(kept.meta, kept.bytes)
  noteDigest(volume, kept.digest, kept.taken)
  data.setVolume(volume, passport)
  data.setTemplate(defaultTemplate(volume.modality))
  if (!store.isOwn || store.trace.length > 0) return
  for (const step of steps) await store.record(step, [])
  store.saveState(data.snapshot())
}
