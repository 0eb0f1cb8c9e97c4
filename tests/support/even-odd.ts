/** Whether (x, y) lies in a polygon given as x, y of each corner; even-odd, centres on left and upper edges are in. */
export function evenOdd(corners: readonly number[], x: number, y: number): boolean {
  let inside = false
  for (let n = 0; n < corners.length; n += 2) {
    const at = (m: number) => corners[m % corners.length] as number
    const [px, py, qx, qy] = [at(n), at(n + 1), at(n + 2), at(n + 3)]
    if (py <= y === qy <= y) continue
    if (px + ((y - py) * (qx - px)) / (qy - py) <= x) inside = !inside
  }
  return inside
}
