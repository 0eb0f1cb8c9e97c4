import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Vec3, Volume } from '../../src/core/types.ts'
import { destroyVolume, uploadVolume } from '../../src/gpu/volume.gpu.ts'
import { fieldSurfaceGpu } from '../../src/surface/field.gpu.ts'
import { fieldSurface } from '../../src/surface/field.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { LARGE_ISO } from '../support/large-peers.ts'
import { type Bench, type BenchRow, benchRow, CPU, pairedMedians } from '../support/paired.ts'
import { boneVolume } from '../support/phantoms.ts'

/** Rows of this work are drawn by scripts/lib/cost-curve.mjs. */
const WORK = 'cost curve: bone-like field, int16 volume to welded mesh'
const SIZES: readonly Vec3[] = [
  [64, 64, 64],
  [128, 128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [512, 512, 1000],
]
const BONE = { lowHu: LARGE_ISO + 0.5, highHu: null }
/** Voxels up to which a software adapter is asked: beyond, a run takes minutes. */
const SOFTWARE_VOXELS = 256 ** 3

const NO_PEER = { work: WORK, peer: '-' }
const ROUNDS = 5

async function onCpu(volume: Volume): Promise<BenchRow> {
  const { cpu } = await pairedMedians({ cpu: () => fieldSurface(volume, BONE, IDLE_CONTEXT) }, ROUNDS)
  return benchRow({ ...NO_PEER, size: volume.grid.size.join(' x '), subject: 'cpu', ...CPU }, cpu, null)
}

async function onDevice(volume: Volume): Promise<BenchRow[]> {
  const { device, adapterName: adapter, isFallback } = await openDawn()
  const rows: BenchRow[] = []
  if (!isFallback || volume.data.length <= SOFTWARE_VOXELS) {
    const run = async () => {
      const there = await uploadVolume(device, volume)
      await fieldSurfaceGpu(there, BONE, { ...IDLE_CONTEXT, device })
      destroyVolume(there)
    }
    const { webgpu } = await pairedMedians({ webgpu: run }, ROUNDS)
    const size = volume.grid.size.join(' x ')
    rows.push(benchRow({ ...NO_PEER, size, subject: 'webgpu', adapter, isFallback }, webgpu, null))
  }
  await closeDawn(device)
  return rows
}

async function curve(): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  for (const size of SIZES) {
    const volume = boneVolume(size)
    rows.push(await onCpu(volume), ...(await onDevice(volume)))
  }
  return rows
}

export const benches: readonly Bench[] = [{ name: 'cost curve', run: curve }]
