/** x and y in mm on a plane. */
export type Point2 = readonly [number, number]

/** Closed outlines, holes among them; the last point joins the first. */
export type Outlines = readonly (readonly Point2[])[]

/** Distance in mm to the nearest outline, above 0 within the section (even-odd), below outside. */
export function depthIn(outlines: Outlines, x: number, y: number): number {
  let squared = Number.POSITIVE_INFINITY
  let inside = false
  for (const outline of outlines) {
    let [px, py] = outline[outline.length - 1] as Point2
    for (const [qx, qy] of outline) {
      const [ex, ey] = [qx - px, qy - py]
      const length = ex * ex + ey * ey
      const along = length > 0 ? Math.max(0, Math.min(1, ((x - px) * ex + (y - py) * ey) / length)) : 0
      const [dx, dy] = [x - px - along * ex, y - py - along * ey]
      squared = Math.min(squared, dx * dx + dy * dy)
      if (py > y !== qy > y && x < px + ((y - py) * ex) / ey) inside = !inside
      px = qx
      py = qy
    }
  }
  return inside ? Math.sqrt(squared) : -Math.sqrt(squared)
}

export interface Place2 {
  readonly at: Point2
  /** Radius in mm of the circle around it that meets neither an outline nor an equal circle around a place that is taken. */
  readonly radiusMm: number
}

const FIRST_CELLS = 24
const PRECISION_MM = 0.05

/**
 * The widest place of a section beside those that are taken: the centre of the largest circle that fits, to 0.05 mm of its
 * radius. Squares that cannot hold a better centre are dropped, the others quartered (as Mapbox's polylabel, 2016, does). Of
 * equal places the first in rows. Null where no place is inside.
 */
export function widestPlace(outlines: Outlines, taken: readonly Point2[]): Place2 | null {
  const points = outlines.flat()
  if (points.length === 0) return null
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)]
  const min: Point2 = [least(xs), least(ys)]
  const size = Math.max(-least(xs.map((x) => -x)) - min[0], -least(ys.map((y) => -y)) - min[1])
  const radiusAt = ([x, y]: Point2) => {
    let radius = depthIn(outlines, x, y)
    for (const [cx, cy] of taken) radius = Math.min(radius, Math.sqrt((x - cx) ** 2 + (y - cy) ** 2) / 2)
    return radius
  }
  let half = size / FIRST_CELLS / 2
  let cells = firstCells(min, half)
  let best: Place2 | null = null
  while (cells.length > 0 && half > 0) {
    const measured = cells.map((at) => ({ at, radiusMm: radiusAt(at) }))
    for (const place of measured) if (place.radiusMm > (best?.radiusMm ?? 0)) best = place
    const limit = (best?.radiusMm ?? 0) + PRECISION_MM
    // The radius changes by no more than the way gone.
    const hopeful = measured.filter(({ radiusMm }) => radiusMm + half * Math.SQRT2 > limit)
    half /= 2
    cells = hopeful.flatMap(({ at }) => quarters(at, half))
  }
  return best
}

const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)

function firstCells([x, y]: Point2, half: number): Point2[] {
  return Array.from({ length: FIRST_CELLS ** 2 }, (_, n) => [
    x + half * (1 + 2 * (n % FIRST_CELLS)),
    y + half * (1 + 2 * Math.floor(n / FIRST_CELLS)),
  ])
}

const quarters = ([x, y]: Point2, half: number): Point2[] => [
  [x - half, y - half],
  [x + half, y - half],
  [x - half, y + half],
  [x + half, y + half],
]
