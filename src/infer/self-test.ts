import { PipelineError } from '../core/errors.ts'
import { seededRandom } from '../core/random.ts'
import type { Vec3 } from '../core/types.ts'
import { perAxis } from '../volume/target-grid.ts'
import type { ModelCard } from './card.ts'
import { roundedUp } from './conformed-grid.ts'
import type { Provider } from './outcome.ts'
import type { Network } from './run.ts'
import { softmax } from './softmax.ts'

/** What one provider of this device made of a known input. */
export interface SelfTest {
  readonly modelSha256: string
  readonly provider: Provider['backend']
  readonly adapter: string
  readonly voxels: number
  /** Voxels with another winning channel, or with its probability off by more than PROBABILITY_TOLERANCE. */
  readonly differing: number
  /** Over all channels but the background, each voxel counted once. */
  readonly dice: number
  readonly passed: boolean
  /** ISO 8601. */
  readonly at: string
}

/** An input in the network's values with the winning channel of each voxel; null where nobody has said. */
export interface KnownAnswer {
  readonly size: Vec3
  readonly tile: Float32Array
  readonly expected: Uint8Array | null
}

/** The winning channel of each voxel and its probability. */
export interface Answer {
  readonly winners: Uint8Array
  readonly probability: Float32Array
}

/** Largest share of differing voxels. */
export const MOST_DIFFERING = 1e-4
export const LEAST_DICE = 0.999
/**
 * A network that is sure of one class everywhere would hide a wrong kernel behind equal winners. Providers that are right
 * agree to 1e-5.
 */
const PROBABILITY_TOLERANCE = 0.02
const MAGIC = 'PPST'
const VERSION = 1
const HEADER_BYTES = 20
const PHANTOM_EDGE = 32

/**
 * Reads a self-test.bin: 'PPST', then little-endian uint32 1 (version), nx, ny, nz; then the tile as float32, x fastest, in the
 * network's values (after normalisation), nx ny nz of them; then the winning channel of each as a byte, by the reference
 * implementation. Nothing after that. Throws infer/self-test when it is anything else.
 */
export function readKnownAnswer(bytes: Uint8Array): KnownAnswer {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const isOurs = bytes.length > HEADER_BYTES && MAGIC === String.fromCharCode(...bytes.subarray(0, 4))
  if (!isOurs || view.getUint32(4, true) !== VERSION) throw damaged()
  const size = perAxis((a) => view.getUint32(8 + 4 * a, true))
  const voxels = size[0] * size[1] * size[2]
  if (voxels === 0 || bytes.length !== HEADER_BYTES + 5 * voxels) throw damaged()
  const tile = Float32Array.from({ length: voxels }, (_, n) => view.getFloat32(HEADER_BYTES + 4 * n, true))
  return { size, tile, expected: bytes.slice(HEADER_BYTES + 4 * voxels) }
}

const damaged = () =>
  new PipelineError(
    'infer/self-test',
    'The known answer beside this network is damaged, so that it cannot be tested here. Get the network again.',
  )

/** Something like a head for a network that brings no known answer: shells of different brightness with seeded noise. */
export function phantomTile({ tiling }: ModelCard): KnownAnswer {
  const edge = roundedUp(PHANTOM_EDGE, tiling.multipleOf)
  const size = perAxis((a) => Math.min(edge, tiling.tileVoxels?.[a] ?? edge))
  const random = seededRandom(20)
  const shells = Array.from({ length: 6 }, () => random())
  const tile = new Float32Array(size[0] * size[1] * size[2])
  for (let at = 0; at < tile.length; at++) {
    const [i, j, k] = [at % size[0], Math.floor(at / size[0]) % size[1], Math.floor(at / (size[0] * size[1]))]
    const fromMiddle = Math.hypot((2 * i) / size[0] - 1, (2.3 * j) / size[1] - 1.1, (1.8 * k) / size[2] - 1)
    const shell = shells[Math.floor(fromMiddle * shells.length)] ?? 0
    tile[at] = shell === 0 ? 0 : Math.min(1, shell + 0.1 * random())
  }
  return { size, tile, expected: null }
}

/** What a network makes of a known input. Errors: those of its run, infer/broken-output. */
export async function answerOf(network: Network, { tile, size }: KnownAnswer): Promise<Answer> {
  const probabilities = await network.run(tile.slice(), size)
  const classes = probabilities.length / tile.length
  softmax(probabilities, classes)
  const probability = probabilities.slice(0, tile.length)
  const winners = new Uint8Array(tile.length)
  for (let c = 1; c < classes; c++) {
    const part = probabilities.subarray(c * tile.length, (c + 1) * tile.length)
    for (let n = 0; n < tile.length; n++) {
      if ((part[n] as number) <= (probability[n] as number)) continue
      probability[n] = part[n] as number
      winners[n] = c
    }
  }
  return { winners, probability }
}

/**
 * Holds what a provider made against what is expected: passed when at most 0.01 % of the voxels differ and Dice is 0.999 or
 * more (gate of the device self-test). `expected` may be winners alone.
 */
export function compareAnswers(
  card: ModelCard,
  provider: Provider,
  answer: Answer,
  expected: Pick<Answer, 'winners'> & Partial<Answer>,
  at: Date,
): SelfTest {
  const voxels = expected.winners.length
  let differing = 0
  let both = 0
  let marked = 0
  for (let n = 0; n < voxels; n++) {
    const [a, b] = [answer.winners[n] as number, expected.winners[n] as number]
    const off = expected.probability
      ? Math.abs((answer.probability[n] as number) - (expected.probability[n] as number))
      : 0
    if (a !== b || off > PROBABILITY_TOLERANCE) differing++
    if (a === b && a > 0) both++
    marked += (a > 0 ? 1 : 0) + (b > 0 ? 1 : 0)
  }
  const dice = marked === 0 ? 1 : (2 * both) / marked
  return {
    modelSha256: card.weights.sha256,
    provider: provider.backend,
    adapter: provider.adapter,
    voxels,
    differing,
    dice,
    passed: differing <= MOST_DIFFERING * voxels && dice >= LEAST_DICE,
    at: at.toISOString(),
  }
}

/** Opens the network on a provider; the caller's. */
export type Opener = (provider: Provider) => Promise<Network & { release(): Promise<void> }>

/**
 * The known-answer test of a network on this device. The processor is the referee and is itself held against the known answer
 * when there is one; a graphics device is held against the processor. A result for each: a network whose processor test
 * fails is not to run at all, one whose graphics test fails runs on the processor. A graphics device that cannot open or run the network fails
 * with all voxels differing. Errors: of opening or running on the processor.
 */
export async function selfTest(
  card: ModelCard,
  known: KnownAnswer,
  open: Opener,
  providers: { readonly wasm: Provider; readonly webgpu: Provider | null },
  now: () => Date,
): Promise<SelfTest[]> {
  const referee = await answerOn(open, providers.wasm, known)
  const expected = known.expected === null ? referee : { winners: known.expected }
  const results = [compareAnswers(card, providers.wasm, referee, expected, now())]
  const { webgpu } = providers
  if (webgpu === null) return results
  const answer = await answerOn(open, webgpu, known).catch(() => null)
  const nothing = { winners: referee.winners.map(() => 0), probability: referee.probability.map(() => -1) }
  return [...results, compareAnswers(card, webgpu, answer ?? nothing, referee, now())]
}

/**
 * The test of the graphics device when the network may run there, null when it has to run on the processor.
 * Throws infer/self-test when it may not run at all: the processor does not give the known answer.
 */
export function graphicsTest(tests: readonly SelfTest[]): SelfTest | null {
  if (tests.some(({ provider, passed }) => provider === 'wasm' && !passed)) {
    throw new PipelineError(
      'infer/self-test',
      'This network does not give its known answer on this device, so that nothing it says here can be believed. Use another browser or device.',
    )
  }
  return tests.find(({ provider, passed }) => provider === 'webgpu' && passed) ?? null
}

async function answerOn(open: Opener, provider: Provider, known: KnownAnswer): Promise<Answer> {
  const network = await open(provider)
  try {
    return await answerOf(network, known)
  } finally {
    await network.release()
  }
}
