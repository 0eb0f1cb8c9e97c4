import type { SeriesGroup, Slice } from './dicom-series.ts'
import type { SeriesPart } from './series.ts'

/** What can part the slices of one series, and the value a part is told by. Only numbers: no words of a header are shown. */
const NO_VALUE = () => Number.NaN
const KINDS: readonly (readonly [SeriesPart['kind'], key: (slice: Slice) => string, value: (key: string) => number])[] =
  [
    // Of a plain image "number/time", of a frame the time alone.
    ['echo', ({ tags, at }) => at.echo || tags.echo, (key) => Number.parseFloat(key.split('/').at(-1) ?? '')],
    ['time', ({ tags, at }) => at.temporal || tags.temporal, NO_VALUE],
    ['trigger', ({ tags }) => tags.triggerTime, Number.parseFloat],
    ['b-value', ({ at }) => at.bValue, Number.parseFloat],
    ['acquisition', ({ tags }) => tags.acquisition, NO_VALUE],
    ['kind', ({ tags, at }) => `${tags.imageType}|${at.frameType}`, NO_VALUE],
  ]

/**
 * For each group, which echo, time point and so on of its series it is, where the series was parted by that. A property
 * counts only when each group has one value of it.
 */
export function partsOf(groups: readonly SeriesGroup[]): SeriesPart[][] {
  const seriesOf = ({ slices: [first] }: SeriesGroup) => first?.tags.seriesUid ?? ''
  return groups.map((group) => {
    const siblings = groups.filter((other) => seriesOf(other) === seriesOf(group))
    return siblings.length < 2 ? [] : partsAmong(group, siblings)
  })
}

function partsAmong(group: SeriesGroup, siblings: readonly SeriesGroup[]): SeriesPart[] {
  return KINDS.flatMap(([kind, key, figureOf]) => {
    const own = onlyKey(group, key)
    const keys = [...new Set(siblings.map((sibling) => onlyKey(sibling, key)))].filter((one) => one !== null)
    const isTold = siblings.every((sibling) => onlyKey(sibling, key) !== null)
    if (own === null || !isTold || keys.length < 2) return []
    const rank = (one: string) => (Number.isFinite(figureOf(one)) ? figureOf(one) : Number.parseFloat(one))
    keys.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    const value = figureOf(own)
    return [{ kind, number: keys.indexOf(own) + 1, of: keys.length, value: Number.isFinite(value) ? value : null }]
  })
}

/** The value that all slices of a group share; null when they differ. */
function onlyKey({ slices }: SeriesGroup, key: (slice: Slice) => string): string | null {
  const [first] = slices
  const shared = first ? key(first) : ''
  return slices.every((slice) => key(slice) === shared) ? shared : null
}
