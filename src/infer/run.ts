import { pacer, subContext } from '../core/pace.ts'
import type { Context } from '../core/stage.ts'
import type { LabelMap, Vec3, Volume } from '../core/types.ts'
import { OpenPlanes } from './blend.ts'
import type { ModelCard } from './card.ts'
import { conform, planScan } from './conform.ts'
import { MemberTally, winningChannels } from './mean.ts'
import { type MemberView, memberView, tileOf } from './member-view.ts'
import { normalisation } from './normalise.ts'
import type { Agreement, Outcome, Provider } from './outcome.ts'
import type { TilePlan } from './plan.ts'
import { restore } from './restore.ts'

/** A network ready to run. */
export interface Network {
  readonly provider: Provider
  /**
   * Logits of a tile of `size` voxels along x, y and z, given x fastest: class by class, x fastest. The result is the
   * caller's to change.
   */
  run(tile: Float32Array, size: Vec3): Promise<Float32Array>
}

/** What is found of the members before they are let go; maps of winning channels on the conformed grid. */
export interface Judge {
  /** How far members agree, by structure of the card. */
  readonly measure: (members: readonly LabelMap[]) => Promise<readonly Agreement[]> | readonly Agreement[]
  /** The scope features of the mean's map. */
  readonly features: (labels: LabelMap) => readonly number[]
}

/** Shares of the time, for the progress shown: conforming, tiles, judging; the rest returns. */
const CONFORMED = 0.05
const RAN = 0.85
const JUDGED = 0.95

/**
 * A scan through a network: conformed (cropped to the head where the card allows it), normalised, tile by tile for each member,
 * blended, and back in the scan's own grid. Same scan, card, network and limit: same bytes. Memory as planRun() says.
 * Cancelled between tiles. Errors: infer/too-large before anything runs, infer/broken-output, app/bad-parameter.
 */
export async function runModel(
  volume: Volume,
  card: ModelCard,
  network: Network,
  limitBytes: number,
  ctx: Context,
  judge: Judge,
): Promise<Outcome> {
  const plan = planScan(volume, card, limitBytes)
  const tally = await runMembers(volume, card, network, plan, subContext(ctx, 0, RAN))
  const agreement = await judge.measure(tally.labels)
  tally.labels.length = 0
  const features = judge.features(winningChannels(tally.mean))
  const winners = await restore(tally.mean, volume.grid, subContext(ctx, JUDGED, 1))
  const labels = { ...winners.labels, grid: volume.grid }
  return { ...winners, labels, agreement, features, provider: network.provider }
}

/** Every member over every tile. */
async function runMembers(
  volume: Volume,
  card: ModelCard,
  network: Network,
  plan: TilePlan,
  ctx: Context,
): Promise<MemberTally> {
  const conformed = await conform(volume, plan.grid, subContext(ctx, 0, CONFORMED))
  const table = normalisation(conformed, card.input.intensity)
  const classes = card.output.labels.length
  const tally = new MemberTally(plan.grid, classes, card.members.length)
  // One for all members: of one each, two would lie in memory until the first is collected.
  const open = new OpenPlanes(plan, classes)
  const tiles = subContext(ctx, CONFORMED, 1)
  for (const [n, member] of card.members.entries()) {
    const view = memberView(member, plan.size)
    const tileAt = (first: Vec3) => tileOf(conformed.data, plan.size, table, view, first, plan.tile)
    const part = subContext(tiles, n / card.members.length, (n + 1) / card.members.length)
    await runMember(network, plan, open, view, tileAt, tally, part)
  }
  return tally
}

/** One member, layer by layer of tiles along z. */
async function runMember(
  network: Network,
  plan: TilePlan,
  open: OpenPlanes,
  view: MemberView,
  tileAt: (first: Vec3) => Float32Array,
  tally: MemberTally,
  ctx: Context,
): Promise<void> {
  const [xs, ys, zs] = plan.starts
  const pace = pacer(ctx)
  let done = 0
  tally.begin()
  for (const [c, z] of zs.entries()) {
    for (const [b, y] of ys.entries()) {
      for (const [a, x] of xs.entries()) {
        open.add(await network.run(tileAt([x, y, z]), plan.tile), a, b, c)
        await pace.breathe(++done / plan.tiles)
      }
    }
    const end = zs[c + 1] ?? plan.size[2]
    tally.take(open.planes, view, z, end)
    open.advance(end - z)
  }
}
