/** Copies rows of `nx` values, each at the start of a padded row, to `data` from position `to` on. */
export function unpadRows(padded: Int16Array, rowLength: number, nx: number, data: Int16Array, to: number): void {
  for (let from = 0, at = to; from < padded.length; from += rowLength, at += nx) {
    data.set(padded.subarray(from, from + nx), at)
  }
}
