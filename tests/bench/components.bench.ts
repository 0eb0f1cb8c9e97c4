import { maskToBytes } from '../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import { componentsGpu } from '../../src/segment/components.gpu.ts'
import { components, type Labelling } from '../../src/segment/components.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { type Bench, type BenchRow, benchRow, CPU, pairedMedians, type Times } from '../support/paired.ts'
import { gridOf, randomMask } from '../support/phantoms.ts'
import { REAL_MASK_SIDE, realMask, type Subject } from '../support/real-mask.ts'

const N = REAL_MASK_SIDE
const PEER = 'plain JavaScript: union-find over voxels, a 32-bit label each'
const ROUNDS = 5

/** Steps to the neighbours that come earlier in voxel order. */
function earlierSteps(neighbours: 6 | 26): [number, number, number][] {
  const steps: [number, number, number][] = []
  for (let dk = -1; dk <= 0; dk++) {
    for (let dj = -1; dj <= 1; dj++) {
      for (let di = -1; di <= 1; di++) {
        const earlier = di + 3 * dj + 9 * dk < 0
        const moved = Math.abs(di) + Math.abs(dj) + Math.abs(dk)
        if (earlier && moved <= (neighbours === 6 ? 1 : 3)) steps.push([di, dj, dk])
      }
    }
  }
  return steps
}

/** As it is mostly written: every voxel its own set, joined to its earlier neighbours, then counted. */
function plainComponents(bytes: Uint8Array, n: number, neighbours: 6 | 26): { count: number; largest: number } {
  const parent = new Int32Array(bytes.length)
  const steps = earlierSteps(neighbours)
  const find = (voxel: number) => {
    let root = voxel
    while (parent[root] !== root) root = parent[root] as number
    let at = voxel
    while (parent[at] !== root) {
      const next = parent[at] as number
      parent[at] = root
      at = next
    }
    return root
  }
  for (let k = 0, voxel = 0; k < n; k++) {
    for (let j = 0; j < n; j++) {
      for (let i = 0; i < n; i++, voxel++) {
        if (bytes[voxel] === 0) continue
        parent[voxel] = voxel
        for (const [di, dj, dk] of steps) {
          if (i + di < 0 || i + di >= n || j + dj < 0 || j + dj >= n || k + dk < 0) continue
          const other = voxel + di + n * (dj + n * dk)
          if (bytes[other] === 0) continue
          const [a, b] = [find(voxel), find(other)]
          if (a < b) parent[b] = a
          else parent[a] = b
        }
      }
    }
  }
  const sizes = new Map<number, number>()
  for (let voxel = 0; voxel < bytes.length; voxel++) {
    if (bytes[voxel] === 0) continue
    const root = find(voxel)
    sizes.set(root, (sizes.get(root) ?? 0) + 1)
  }
  let largest = 0
  for (const size of sizes.values()) largest = Math.max(largest, size)
  return { count: sizes.size, largest }
}

const largestOf = ({ voxels }: Labelling) => voxels.reduce((a, b) => Math.max(a, b), 0)

function mustAgree(ours: Labelling, theirs: { count: number; largest: number }): void {
  const [count, largest] = [ours.count, largestOf(ours)]
  if (count === theirs.count && largest === theirs.largest) return
  throw new Error(`not the same components: ${count}, largest ${largest} here, ${JSON.stringify(theirs)} in the peer`)
}

const speed = ({ ms }: Times) => `${Math.round(N ** 3 / ms / 1000)} Mvoxel/s`

async function measure({ what, mask }: Subject, neighbours: 6 | 26): Promise<BenchRow[]> {
  const bytes = maskToBytes(mask)
  mustAgree(components(mask, neighbours, IDLE_CONTEXT), plainComponents(bytes, N, neighbours))
  const ms = await pairedMedians(
    {
      plain: () => plainComponents(bytes, N, neighbours),
      cpu: () => components(mask, neighbours, IDLE_CONTEXT),
    },
    ROUNDS,
  )
  const row = { work: `components: ${what}, ${neighbours} neighbours`, size: `${N}^3`, peer: PEER }
  return [benchRow({ ...row, subject: 'cpu', ...CPU, note: speed(ms.cpu) }, ms.cpu, ms.plain)]
}

/** The real mask alone: random bits hold a software adapter for half a minute a run. */
async function onGpu({ what, mask }: Subject): Promise<BenchRow> {
  const bytes = maskToBytes(mask)
  const { device, adapterName: adapter, isFallback } = await openDawn()
  const ms = await pairedMedians(
    {
      plain: () => plainComponents(bytes, N, 6),
      webgpu: () => componentsGpu(mask, 6, { ...IDLE_CONTEXT, device }),
    },
    ROUNDS,
  )
  await closeDawn(device)
  const row = { work: `components: ${what}, 6 neighbours`, size: `${N}^3`, peer: PEER }
  return benchRow({ ...row, subject: 'webgpu', adapter, isFallback, note: speed(ms.webgpu) }, ms.webgpu, ms.plain)
}

async function real(): Promise<BenchRow[]> {
  const subject = realMask()
  return [...(await measure(subject, 6)), ...(await measure(subject, 26)), await onGpu(subject)]
}

async function random(): Promise<BenchRow[]> {
  const subject = { what: 'random bits, half set', mask: randomMask(gridOf([N, N, N]), 1, 0.5) }
  return [...(await measure(subject, 6)), ...(await measure(subject, 26))]
}

export const benches: readonly Bench[] = [
  { name: 'components real', run: real },
  { name: 'components random', run: random },
]
