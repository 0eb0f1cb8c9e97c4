import type { Outcome } from './outcome.ts'

/** What the certainty of a structure is made of. */
export type Ranked = Pick<Outcome, 'labels' | 'certainty' | 'second' | 'secondCertainty'>

/**
 * How sure the members are that a voxel belongs to a structure of several channels, or that it does not: a byte a voxel, 0 to
 * 255 for 0 to 1. A voxel torn between two tissues of the brain is surely brain. Where the two likeliest channels
 * lie on one side their probabilities are added; what is left over is taken as doubt, so it is never too high.
 */
export function structureCertainty(
  { labels, certainty, second, secondCertainty }: Ranked,
  channels: readonly number[],
) {
  const inside = new Uint8Array(256)
  for (const channel of channels) inside[channel] = 1
  return certainty.map((sure, at) => {
    const agree = inside[labels.labels[at] as number] === inside[second[at] as number]
    return agree ? Math.min(255, sure + (secondCertainty[at] as number)) : sure
  })
}
