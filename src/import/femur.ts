import type { Vec3 } from '../core/types.ts'

/** Value and gradient of an implicit function, written in place: one scratch object serves millions of samples. */
interface Sample {
  value: number
  gx: number
  gy: number
  gz: number
}

/** Two spheres joined by their common tangent cone, with what does not depend on the sampled point worked out once. */
interface RoundCone {
  readonly from: Vec3
  readonly axis: Vec3
  readonly length: number
  readonly fromRadius: number
  readonly toRadius: number
  readonly sin: number
  readonly cos: number
  /** Width over which it melts into what was built before it, mm. */
  readonly blend: number
}

function roundCone(from: Vec3, to: Vec3, fromRadius: number, toRadius: number, blend: number): RoundCone {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1], to[2] - from[2])
  const axis: Vec3 = [(to[0] - from[0]) / length, (to[1] - from[1]) / length, (to[2] - from[2]) / length]
  const sin = (fromRadius - toRadius) / length
  return { from, axis, length, fromRadius, toRadius, sin, cos: Math.sqrt(1 - sin * sin), blend }
}

// A LEFT femur near the world's origin: x grows laterally, y backwards, z upwards. Sizes are those of an adult
// (head 46 mm, neck-shaft angle 127 degrees, anteversion 12 degrees), rounded.
const HEAD: Vec3 = [-21.5, -6, 46.9]
const NECK_BASE: Vec3 = [16, 2, 18]
const SHAFT_TOP = 10

const PARTS: readonly RoundCone[] = [
  // Thinner than the shaft at its lower end, so that the flare grows out of the shaft without a step.
  roundCone([15.2, 3, -80], NECK_BASE, 6.5, 19, 8),
  roundCone(NECK_BASE, HEAD, 17, 14.5, 8),
  roundCone([HEAD[0] + 0.5, HEAD[1], HEAD[2]], HEAD, 23, 23, 5),
  roundCone([30, 7, 14], [32, 9, 34], 13, 11, 9),
  roundCone([3, 12, -22], [1.5, 15, -16], 8, 7.5, 7),
]

/** Elliptic shaft, slightly conic and slanted, running down without end and closed above by a half ellipsoid. */
function sampleShaft(x: number, y: number, z: number, out: Sample): void {
  const below = Math.max(SHAFT_TOP - z, 0)
  const above = Math.max(z - SHAFT_TOP, 0)
  // Quadratic in the depth, so that the surface stays smooth where the cap begins.
  const rx = 14.6 - 0.00011 * below * below
  const ry = 13.4 - 0.00007 * below * below
  const dx = (x - 15.5 - 0.012 * z) / rx
  const dy = (y - 3) / ry
  const dz = above / 14
  const q = Math.sqrt(dx * dx + dy * dy + dz * dz)
  const inverse = q > 1e-9 ? 13.5 / q : 0
  out.value = (q - 1) * 13.5
  out.gx = (inverse * dx) / rx
  out.gy = (inverse * dy) / ry
  out.gz = inverse * (dz / 14 - (dx * 0.012) / rx - (dx * dx * 0.00022 * below) / rx - (dy * dy * 0.00014 * below) / ry)
}

/** Exact distance to a round cone: in the half plane through the axis it is a point, a line or a point. */
function sampleRoundCone(c: RoundCone, x: number, y: number, z: number, out: Sample): void {
  const px = x - c.from[0]
  const py = y - c.from[1]
  const pz = z - c.from[2]
  const along = px * c.axis[0] + py * c.axis[1] + pz * c.axis[2]
  const rx = px - along * c.axis[0]
  const ry = py - along * c.axis[1]
  const rz = pz - along * c.axis[2]
  const radial = Math.sqrt(rx * rx + ry * ry + rz * rz)
  const side = c.cos * along - c.sin * radial
  if (side > 0 && side < c.cos * c.length) {
    const outward = radial > 1e-9 ? c.cos / radial : 0
    out.value = c.cos * radial + c.sin * along - c.fromRadius
    out.gx = outward * rx + c.sin * c.axis[0]
    out.gy = outward * ry + c.sin * c.axis[1]
    out.gz = outward * rz + c.sin * c.axis[2]
    return
  }
  const shift = side > 0 ? c.length : 0
  const qx = px - shift * c.axis[0]
  const qy = py - shift * c.axis[1]
  const qz = pz - shift * c.axis[2]
  const distance = Math.sqrt(qx * qx + qy * qy + qz * qz)
  const inverse = distance > 1e-9 ? 1 / distance : 0
  out.value = distance - (side > 0 ? c.toRadius : c.fromRadius)
  out.gx = qx * inverse
  out.gy = qy * inverse
  out.gz = qz * inverse
}

/** Smooth union in place (cubic blend, continuous curvature): a becomes the union of a and b. */
function unite(a: Sample, b: Sample, width: number): void {
  const reach = Math.max(width - Math.abs(a.value - b.value), 0) / width
  // Share of the larger value's gradient: one half where both are equal.
  const share = 0.5 * reach * reach
  const bIsLess = b.value < a.value
  const wb = bIsLess ? 1 - share : share
  a.value = (bIsLess ? b.value : a.value) - (reach * reach * reach * width) / 6
  a.gx += wb * (b.gx - a.gx)
  a.gy += wb * (b.gy - a.gy)
  a.gz += wb * (b.gz - a.gz)
}

const union: Sample = { value: 0, gx: 0, gy: 0, gz: 0 }
const part: Sample = { value: 0, gx: 0, gy: 0, gz: 0 }

function sampleFemur(x: number, y: number, z: number): void {
  sampleShaft(x, y, z, union)
  for (const cone of PARTS) {
    sampleRoundCone(cone, x, y, z, part)
    unite(union, part, cone.blend)
  }
}

/** The implicit function itself: right sign, zero on the surface, never steeper than 1.1 per mm. For skipping only. */
export function femurField(x: number, y: number, z: number): number {
  sampleFemur(x, y, z)
  return union.value
}

/** Signed distance in mm (LPS mm in): the field divided by its steepness, so exact on the surface. */
export function femurDistanceAt(x: number, y: number, z: number): number {
  sampleFemur(x, y, z)
  const steepness = Math.sqrt(union.gx * union.gx + union.gy * union.gy + union.gz * union.gz)
  return union.value / Math.max(steepness, 0.2)
}

const BOUNDS = { x: [-50, 50], y: [-40, 40], top: 75 } as const

/**
 * Volume in mm3 of the femur above the plane z = bottomMm (LPS), by summing cells of stepMm with the share of each
 * that is inside (from the distance); second order in the step.
 */
export function femurVolumeAbove(bottomMm: number, stepMm: number): number {
  const layers = Math.ceil((BOUNDS.top - bottomMm) / stepMm)
  let cells = 0
  for (let k = 0; k < layers; k++) {
    const z = bottomMm + (k + 0.5) * stepMm
    for (let y = BOUNDS.y[0] + stepMm / 2; y < BOUNDS.y[1]; y += stepMm) {
      for (let x = BOUNDS.x[0] + stepMm / 2; x < BOUNDS.x[1]; x += stepMm) {
        const d = femurField(x, y, z)
        if (d > stepMm * 2) continue
        cells += d < -stepMm * 2 ? 1 : Math.min(1, Math.max(0, 0.5 - femurDistanceAt(x, y, z) / stepMm))
      }
    }
  }
  return cells * stepMm ** 3
}
