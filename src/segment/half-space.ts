import type { Grid } from '../core/types.ts'

/** A value that grows evenly over a grid: c0 + ci * i + cj * j + ck * k. */
export interface LinearForm {
  readonly c0: number
  readonly ci: number
  readonly cj: number
  readonly ck: number
}

/** a * x + b * y + c * z + d over LPS mm, as a value over voxel indices. */
export function formOver(
  { origin, direction, spacing }: Grid,
  [a, b, c, d]: readonly [number, number, number, number],
): LinearForm {
  const along = (axis: 0 | 1 | 2) =>
    spacing[axis] *
    (a * (direction[axis] as number) + b * (direction[axis + 3] as number) + c * (direction[axis + 6] as number))
  return { c0: a * origin[0] + b * origin[1] + c * origin[2] + d, ci: along(0), cj: along(1), ck: along(2) }
}

/** Voxels first .. last of a row; none when first > last. Mutable: one serves all rows. */
export interface Run {
  first: number
  last: number
}

/** Narrows the run to the voxels of row (j, k) where the value is not below zero. */
export function clipRun(run: Run, { c0, ci, cj, ck }: LinearForm, j: number, k: number): void {
  const start = c0 + cj * j + ck * k
  if (ci > 0) run.first = Math.max(run.first, Math.ceil(-start / ci))
  else if (ci < 0) run.last = Math.min(run.last, Math.floor(start / -ci))
  else if (!(start >= 0)) run.last = -1
}
