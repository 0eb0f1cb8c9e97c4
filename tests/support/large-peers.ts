import { boneVolume } from './phantoms.ts'
import { onIsosurface, onSurfaceNets, onVtk, openNiimath, type PeerJob } from './surface-peers.ts'

/** Half a stored integer below the limit for bone. */
export const LARGE_ISO = 225.5

/** What came of one run: the time, or null and why there is none. */
export interface PeerAnswer {
  readonly ms: number | null
  readonly note: string
}

type Run = (job: PeerJob) => unknown | Promise<unknown>

/** Peers at clinical size, by the words of their row. */
export const LARGE_PEERS: Readonly<Record<string, Run>> = {
  '@kitware/vtk.js 37.4.3 ImageMarchingCubes, mergePoints': onVtk,
  '@niivue/niimath 1.0.1 WASM, whole call': async (job) => (await openNiimath())(job),
  'surface-nets 1.0.2, dual': onSurfaceNets,
  'isosurface 1.0.0 marchingCubes, not welded': onIsosurface,
}

/** One run of one peer in this process; an exception is an answer as well. */
export async function answerOf(name: string): Promise<PeerAnswer> {
  const run = LARGE_PEERS[name]
  if (!run) throw new Error(`no peer is called ${name}`)
  const job = { volume: boneVolume(), isoValue: LARGE_ISO }
  const start = performance.now()
  try {
    await run(job)
    return { ms: Math.round(performance.now() - start), note: 'one run' }
  } catch (error) {
    return { ms: null, note: String(error).split('\n')[0] ?? '' }
  }
}
