/** Dice of every label but 0 that one of two label maps of one grid holds, over the voxels where `counts` says so. */
export function diceByLabel(
  a: Uint8Array,
  b: Uint8Array,
  counts: (voxel: number) => boolean = () => true,
): ReadonlyMap<number, number> {
  const sums = new Uint32Array(256)
  const both = new Uint32Array(256)
  for (let n = 0; n < a.length; n++) {
    if (!counts(n)) continue
    const [x, y] = [a[n] as number, b[n] as number]
    sums[x] = (sums[x] as number) + 1
    sums[y] = (sums[y] as number) + 1
    if (x === y) both[x] = (both[x] as number) + 1
  }
  const labels = Array.from({ length: 255 }, (_, n) => n + 1).filter((label) => (sums[label] as number) > 0)
  return new Map(labels.map((label) => [label, (2 * (both[label] as number)) / (sums[label] as number)]))
}
