import * as Comlink from 'comlink'
import { PipelineError } from '../core/errors.ts'
import { isShared } from '../core/shared.ts'
import type { Volume } from '../core/types.ts'
import { volumeDigestNow } from './digests.ts'
import type { Workers } from './workers.ts'

/** Voxels a message: copying more at once would hold up the page. */
const VOXELS_AT_ONCE = 2 ** 22

/** A port for the worker that decodes a scan, so that the compute worker gets each slice as soon as it is there. */
export async function slabPort({ compute }: Workers, signal: AbortSignal): Promise<MessagePort> {
  const { port1, port2 } = new MessageChannel()
  await compute.call((api) => api.listen(Comlink.transfer(port1, [port1])), signal)
  return Comlink.transfer(port2, [port2])
}

/** Makes sure the compute worker holds this scan and gives its digest: it comes there once, by slabs, and stays. */
export async function resident({ compute }: Workers, volume: Volume, signal: AbortSignal): Promise<string> {
  const digest = await volumeDigestNow(volume)
  const { data, ...words } = volume
  if (await compute.call((api) => api.has(digest), signal)) return digest
  if (await compute.call((api) => api.adopt(digest, words), signal)) return digest
  if (isShared(data)) await compute.call((api) => api.receive({ grid: volume.grid, firstSlice: 0, data }), signal)
  else await sendSlices(compute, volume, signal)
  if (await compute.call((api) => api.adopt(digest, words), signal)) return digest
  throw new PipelineError('app/worker-lost', 'The scan did not arrive whole in the compute worker. Run the step again.')
}

async function sendSlices(compute: Workers['compute'], { grid, data }: Volume, signal: AbortSignal): Promise<void> {
  const perSlice = grid.size[0] * grid.size[1]
  const slices = Math.max(1, Math.floor(VOXELS_AT_ONCE / perSlice))
  for (let firstSlice = 0; firstSlice < grid.size[2]; firstSlice += slices) {
    const piece = data.slice(firstSlice * perSlice, (firstSlice + slices) * perSlice)
    const slab = Comlink.transfer({ grid, firstSlice, data: piece }, [piece.buffer as ArrayBuffer])
    await compute.call((api) => api.receive(slab), signal)
  }
}
