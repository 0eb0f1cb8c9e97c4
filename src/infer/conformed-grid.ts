import { ijkToLps } from '../core/affine.ts'
import type { Grid, Vec3 } from '../core/types.ts'
import { liesAlike } from '../volume/label-grid.ts'
import { perAxis, spaced, targetGrid } from '../volume/target-grid.ts'
import type { ModelInput } from './card.ts'

/** The next multiple of `of` at or above n. */
export const roundedUp = (n: number, of: number): number => Math.ceil(n / of) * of

/**
 * The grid that a network wants of a scan: axes to the letters of the card, its spacing, and as many voxels as the scan fills
 * or the card's cube, both rounded up to `multipleOf`. Cut or padded by whole voxels on both sides alike, so that a scan of
 * the card's spacing is moved and never interpolated, and one that has the card's grid already keeps it to the bit.
 * Errors: app/bad-parameter, volume/too-large.
 */
export function conformedGrid(scan: Grid, input: ModelInput, multipleOf: number): Grid {
  const turned = targetGrid(scan, { spacingMm: null, size: null, orientation: input.orientation })
  const wanted = spaced(turned, [input.spacingMm, input.spacingMm, input.spacingMm])
  const near = liesAlike(turned, wanted) ? turned : wanted
  return centred(
    near,
    perAxis((a) => roundedUp(input.sizeVoxels ?? near.size[a], multipleOf)),
  )
}

function centred(grid: Grid, size: Vec3): Grid {
  const first = perAxis((a) => Math.floor((grid.size[a] - size[a]) / 2))
  return first.every((n) => n === 0) && first.every((_, a) => grid.size[a] === size[a])
    ? grid
    : { ...grid, size, origin: ijkToLps(grid, first) }
}
