import * as Comlink from 'comlink'
import type { ArrivalListener, Decoded } from '../../workers/decode.worker.ts'
import type { Passport } from '../core/passport.ts'
import type { Volume } from '../core/types.ts'
import type { Straightening } from '../import/bend.ts'
import type { ReadChoice } from '../import/found.ts'
import { straightenedPassport } from '../import/passport-of.ts'
import type { PlacementName } from '../import/series.ts'
import { encodeVolume } from '../vault/codec.ts'
import { STRAIGHTEN, type StraightenParams } from '../volume/straighten.ts'
import type { Side } from './case-state.ts'
import { noteDigest, volumeDigest } from './digests.ts'
import type { KeptAsset, Step } from './pipeline.ts'
import { resident, slabPort } from './resident.ts'
import { asset, cpu, listener, wasm } from './step-parts.ts'

export interface Scanned {
  readonly volume: Volume
  readonly passport: Passport
  /** How the slices really lie when that is no even stack; the next step undoes it. */
  readonly bend: Straightening | null
}

/** A series of the files given to the decode worker before, and what a person said about it. */
export interface ScanRequest {
  readonly seriesId: string
  readonly crooked: boolean
  /** Told of slices as they come, where memory is shared. */
  readonly onArrival: ArrivalListener
}

export type ScanParams = {
  readonly format: string
  /** Which of two stated places counted; empty when there was no choice. */
  readonly placement: PlacementName | ''
  /** Which of several images, from 0; null when there was one. */
  readonly frame: number | null
}

const scanDigests = {
  inputDigests: async () => [],
  outputDigest: (scanned: Scanned) => volumeDigest(scanned.volume),
  // A crooked scan is of no use as it lies: what is made of it is kept.
  keep: (scanned: Scanned, digest: string): KeptAsset[] =>
    scanned.bend ? [] : [asset('volume', digest, encodeVolume(scanned.volume))],
}

function known({ volume, passport, bend, volumeDigest: digest }: Decoded): Scanned {
  noteDigest(volume, digest)
  return { volume, passport, bend }
}

/** Reads the chosen series. */
export const SCAN_STEP: Step<ScanRequest, ScanParams, Scanned> = {
  spec: { name: 'scan', version: 2, defaults: { format: '', placement: '', frame: null } },
  run: async (workers, { seriesId, crooked, onArrival }, { placement, frame }, ctx) => {
    const choice: ReadChoice = { crooked, placement: placement === '' ? null : placement, frame }
    const port = await slabPort(workers, ctx.signal)
    const told = Comlink.proxy(onArrival)
    const { decode } = workers
    const read = decode.call((api) => api.read(seriesId, choice, ctx.signal, listener(ctx), port, told), ctx.signal)
    return wasm(known(await read), 'itk-wasm')
  },
  ...scanDigests,
}

/** Brings the slices of a crooked scan to an even stack, on the person's word. */
export const STRAIGHTEN_STEP: Step<Scanned, StraightenParams, Scanned> = {
  spec: STRAIGHTEN,
  run: async (workers, { volume, passport }, params, ctx) => {
    const digest = await resident(workers, volume, ctx.signal)
    const ran = await workers.compute.call(
      (api) => api.straighten(digest, params, ctx.signal, listener(ctx)),
      ctx.signal,
    )
    const straight = ran.output
    return {
      ...ran,
      output: { volume: straight, passport: straightenedPassport(passport, straight, params), bend: null },
    }
  },
  ...scanDigests,
  inputDigests: async ({ volume }) => [await volumeDigest(volume)],
}

/** Makes the built-in sample. */
export const SAMPLE_STEP: Step<null, object, Scanned> = {
  spec: { name: 'sample', version: 1, defaults: {} },
  run: async ({ decode }, _input, _params, ctx) =>
    cpu(known(await decode.call((api) => api.sample(ctx.signal, listener(ctx)), ctx.signal))),
  ...scanDigests,
}

/** The user's word on the side, compared with the request; the scan itself stays as it is. */
export const SIDE_STEP: Step<Volume, { side: Side }, Volume> = {
  spec: { name: 'sign-side', version: 1, defaults: { side: 'not-applicable' } },
  run: async (_workers, volume) => cpu(volume),
  inputDigests: async (volume) => [await volumeDigest(volume)],
  outputDigest: volumeDigest,
  keep: () => [],
}

/** The user's word that a scan is MR, where the file does not say; the scan itself stays as it is. */
export const MODALITY_STEP: Step<Volume, { modality: 'MR' }, Volume> = {
  spec: { name: 'state-modality', version: 1, defaults: { modality: 'MR' } },
  run: async (_workers, volume) => cpu(volume),
  inputDigests: async (volume) => [await volumeDigest(volume)],
  outputDigest: volumeDigest,
  keep: () => [],
}
