import { niftiFile } from './scan-files.ts'

/** Edge of the scans, voxels of 1 mm. */
const EDGE = 24
const INSIDE = 90

export interface FolderFile {
  readonly name: string
  readonly bytes: Uint8Array | string
}

/** A cube of voxels with a ball in its middle. */
function ball(radius: number, inside: number, outside: number): number[] {
  const middle = (EDGE - 1) / 2
  const place = (n: number) => [n % EDGE, Math.floor(n / EDGE) % EDGE, Math.floor(n / EDGE ** 2)]
  const distance = (n: number) => Math.hypot(...place(n).map((at) => at - middle))
  return Array.from({ length: EDGE ** 3 }, (_, n) => (distance(n) <= radius ? inside : outside))
}

const file = (values: number[]) => niftiFile({ size: [EDGE, EDGE, EDGE], values })

/** Radii of the ball in a scan, and of what its labels say. */
export interface BallCase {
  readonly seen: number
  readonly labelled: number
  readonly cells: string
}

/**
 * Files of a data set: scans of balls on noise-free ground, labels, and a table with columns scan, sex and age; more lines
 * as given.
 */
export function benchFolder(cases: readonly BallCase[], moreLines: readonly string[] = []): FolderFile[] {
  const lines = cases.map(({ cells }, n) => `ball${n + 1},${cells}`)
  const table = ['scan,sex,age', ...lines, ...moreLines].join('\n')
  const files = cases.flatMap(({ seen, labelled }, n) => [
    { name: `ball${n + 1}.nii`, bytes: file(ball(seen, INSIDE, 10)) },
    { name: `ball${n + 1}_label.nii`, bytes: file(ball(labelled, 1, 0)) },
  ])
  return [...files, { name: 'groups.csv', bytes: table }]
}
