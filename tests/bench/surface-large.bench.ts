import { spawn } from 'node:child_process'
import { availableParallelism, totalmem } from 'node:os'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mesh, Volume } from '../../src/core/types.ts'
import { edgeFaults, groupEdges } from '../../src/prepare/topology.ts'
import { fieldSurface } from '../../src/surface/field.ts'
import { LARGE_ISO, LARGE_PEERS, type PeerAnswer } from '../support/large-peers.ts'
import { type Bench, type BenchRow, benchRow, CPU, pairedMedians, type Times } from '../support/paired.ts'
import { boneVolume } from '../support/phantoms.ts'

const SIZE = '512 x 512 x 1000'
const WORK = 'surface: bone-like field, int16 volume to welded mesh'
const BONE = { lowHu: LARGE_ISO + 0.5, highHu: null }
const MIB = 2 ** 20

const memory = () => {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** The most memory in use while a surface is made, beyond what was in use before. */
async function peakBytes(volume: Volume): Promise<{ mesh: Mesh; extra: number }> {
  const before = memory()
  let most = before
  const look = () => {
    most = Math.max(most, memory())
  }
  const mesh = await fieldSurface(volume, BONE, { ...IDLE_CONTEXT, progress: look })
  look()
  return { mesh, extra: most - before }
}

/** Throws unless every edge has one triangle each way. */
function mustBeClosed({ positions, indices }: Mesh): void {
  const { boundary, crowded, inconsistent } = edgeFaults(indices, groupEdges(indices, positions.length / 3))
  const faults = [boundary, crowded, inconsistent].map((list) => list.length)
  if (faults.some((n) => n > 0)) throw new Error(`open, crowded and turned edges: ${faults.join(', ')}`)
}

const TIME_LIMIT_S = 180

/** Runs one peer once in a process of its own, so that it may run out of memory or time. */
function peer(name: string): Promise<PeerAnswer> {
  const child = spawn(process.execPath, [process.argv[1] ?? '', '--large-peer', name], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let complaint = ''
  child.stdout.on('data', (text) => {
    out += text
  })
  child.stderr.on('data', (text) => {
    complaint += text
  })
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    child.kill('SIGKILL')
  }, TIME_LIMIT_S * 1000)
  return new Promise((resolve) => {
    child.on('close', () => {
      clearTimeout(timer)
      const answer = /^\{.*\}$/m.exec(out)?.[0]
      if (answer) resolve(JSON.parse(answer) as PeerAnswer)
      else if (isLate) resolve({ ms: null, note: `stopped after ${TIME_LIMIT_S} s` })
      else
        resolve({
          ms: null,
          note: /heap out of memory/.test(complaint) ? 'JavaScript heap out of memory' : 'ended without a word',
        })
    })
  })
}

async function large(): Promise<BenchRow[]> {
  const answers: [string, PeerAnswer][] = []
  for (const name of Object.keys(LARGE_PEERS)) answers.push([name, await peer(name)])
  const volume = boneVolume()
  const { mesh, extra } = await peakBytes(volume)
  mustBeClosed(mesh)
  const millions = (mesh.indices.length / 3e6).toFixed(1)
  const { cpu } = await pairedMedians({ cpu: () => fieldSurface(volume, BONE, IDLE_CONTEXT) }, 5)
  const machine = `${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`
  const ours = `ours: ${millions} M triangles, ${Math.round(extra / MIB)} MiB beyond the volume, 0 open edges; ${machine}`
  const row = { work: WORK, size: SIZE, subject: 'cpu', ...CPU }
  return answers.map(([name, { ms, note }]) => {
    const theirs: Times | null = ms === null ? null : { ms, coldMs: ms }
    return benchRow({ ...row, peer: name, note: [note, ours].filter(Boolean).join('; ') }, cpu, theirs)
  })
}

export const benches: readonly Bench[] = [{ name: 'surface large', run: large }]
