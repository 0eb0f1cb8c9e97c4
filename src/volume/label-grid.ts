import { apartMm } from '../core/affine.ts'
import type { Grid } from '../core/types.ts'
import { ONE_VOXEL, samplingOf } from './sampling.ts'

/** How a label map lies on a scan: voxel on voxel, voxel on voxel with the axes in another order or direction, or otherwise. */
export type LabelFit = 'same' | 'turned' | 'resampled'

/** Difference of place that single-precision headers explain, as a share of the finest voxel edge. */
const SAME_PLACE_VOXELS = 0.02

/** Whether two grids put the same voxels at the same places, as far as headers of files can say. */
export const liesAlike = (a: Grid, b: Grid): boolean =>
  a.size.every((n, axis) => n === b.size[axis]) && apartMm(a, b) <= SAME_PLACE_VOXELS * Math.min(...b.spacing)

/**
 * How labels on the grid `own` lie on the grid of a scan. Turned labels come over without any loss by resampleLabels(); others
 * take the nearest voxel. Errors: app/bad-parameter when they lie absurdly far from each other.
 */
export function labelFit(own: Grid, scan: Grid): LabelFit {
  if (liesAlike(own, scan)) return 'same'
  const { along, steps } = samplingOf(own, scan)
  if (along === null) return 'resampled'
  const tolerance = SAME_PLACE_VOXELS * ONE_VOXEL
  const isWhole = along.every((target, source) => {
    const places = steps[source as 0 | 1 | 2][target as 0 | 1 | 2]
    const isEach = places.every((place) => Math.abs(place - Math.round(place / ONE_VOXEL) * ONE_VOXEL) <= tolerance)
    const [first, last] = [places[0] as number, places[places.length - 1] as number]
    const reach = Math.round(Math.abs(last - first) / ONE_VOXEL) + 1
    return (
      isEach && reach === own.size[source] && places.length === own.size[source] && Math.min(first, last) >= -tolerance
    )
  })
  return isWhole ? 'turned' : 'resampled'
}
