import { transfer } from 'comlink'
import { readAnyPart } from '../src/export/verify/read-any.io.ts'
import { VERIFY } from '../src/export/verify/verify.ts'
import { type Verified, verifyFile } from '../src/export/verify/verify-file.io.ts'
import { type ProgressListener, workerContext } from './context.ts'

/** A release as it crosses the border. */
export interface SentRelease {
  readonly traceId: string
  readonly fileDigests: readonly string[]
  /** What the kept file is called; null when none that can be read is kept. */
  readonly fileName: string | null
}

function buffersOf({ verdict, part }: Verified): ArrayBufferLike[] {
  const meshes = [part?.mesh ?? [], verdict.verdict === 'changed' ? verdict.placed : []].flat()
  const arrays = meshes.flatMap(({ positions, indices }) => [positions.buffer, indices.buffer])
  const distances = verdict.verdict === 'changed' ? [verdict.distanceMm.buffer] : []
  // Meshes may share their indices, and nothing can be sent twice.
  return [...new Set([...arrays, ...distances])]
}

/** What is asked of the measure worker about a file that came back. */
export const verifyApi = {
  /** As verifyFile(); `readFile` gives the kept file of a release by its place in the list. */
  async verifyFile(
    file: Blob,
    name: string,
    releases: readonly SentRelease[],
    readFile: (release: number) => Promise<Blob>,
    signal: AbortSignal,
    onProgress: ProgressListener,
  ): Promise<Verified> {
    const ctx = workerContext(signal, onProgress)
    const unheard = { signal, progress: () => {} }
    const kept = releases.map(({ traceId, fileDigests, fileName }, n) => ({
      ...{ traceId, fileDigests },
      readMesh: fileName === null ? null : async () => (await readAnyPart(await readFile(n), fileName, unheard)).mesh,
    }))
    const found = await verifyFile(file, name, kept, VERIFY.defaults, ctx)
    return transfer(found, buffersOf(found) as ArrayBuffer[])
  },
}
