import type { HistogramView } from '../../app/scan-view.ts'
import type { Modality, Volume } from '../../core/types.ts'
import type { WindowId } from '../view.svelte.ts'
import type { GreyWindow } from './slice-pixels.ts'

/** Usual CT windows in HU: centre and width as on consoles, written as their ends. */
const CT: Readonly<Record<Exclude<WindowId, 'auto'>, GreyWindow>> = {
  bone: { low: -450, high: 1350 },
  soft: { low: -160, high: 240 },
  lung: { low: -1350, high: 150 },
}
const LOWEST_SHARE = 0.02
const HIGHEST_SHARE = 0.995

/** Window presets that make sense for this scan; only CT has values with a fixed meaning. */
export function windowsFor(modality: Modality): readonly WindowId[] {
  return modality === 'CT' ? ['bone', 'soft', 'lung', 'auto'] : ['auto']
}

/** From the 2nd to the 99.5th percentile of the values, or the whole range without a histogram. */
function automatic(histogram: HistogramView | null, range: readonly [number, number]): GreyWindow {
  if (histogram === null) return { low: range[0], high: range[1] }
  const { counts, fromValue, binWidth } = histogram
  const total = counts.reduce((sum, n) => sum + n, 0)
  const at = (share: number) => {
    let seen = 0
    const bin = counts.findIndex((n) => {
      seen += n
      return seen >= share * total
    })
    return fromValue + binWidth * Math.max(0, bin)
  }
  const low = at(LOWEST_SHARE)
  return { low, high: Math.max(at(HIGHEST_SHARE), low + binWidth) }
}

/** The values to show for a chosen preset. */
export function greyWindow(
  id: WindowId,
  modality: Modality,
  histogram: HistogramView | null,
  range: readonly [number, number],
): GreyWindow {
  return modality === 'CT' && id !== 'auto' ? CT[id] : automatic(histogram, range)
}

/** Least and greatest real value of one slice across the third axis. */
export function sliceRange({ grid, data, slope, intercept }: Volume, k: number): readonly [number, number] {
  const perSlice = grid.size[0] * grid.size[1]
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let n = k * perSlice; n < (k + 1) * perSlice; n++) {
    const value = data[n] as number
    if (value < least) least = value
    if (value > most) most = value
  }
  const ends = [least * slope + intercept, most * slope + intercept]
  return [Math.min(...ends), Math.max(...ends)]
}

/** The range that holds both. */
export function wider(a: readonly [number, number] | null, b: readonly [number, number]): readonly [number, number] {
  return a === null ? b : [Math.min(a[0], b[0]), Math.max(a[1], b[1])]
}
