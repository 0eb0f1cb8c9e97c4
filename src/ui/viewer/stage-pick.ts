import {
  BufferAttribute,
  BufferGeometry,
  DoubleSide,
  Group,
  Line,
  LineBasicMaterial,
  LineLoop,
  LineSegments,
  Mesh,
  MeshBasicMaterial,
  type PerspectiveCamera,
  PlaneGeometry,
  Raycaster,
  RingGeometry,
  Vector2,
  Vector3,
} from 'three'
import { type Bounds, boundsSize } from '../../core/mesh.ts'
import type { Vec3 } from '../../core/types.ts'
import type { Plane } from '../../prepare/plane.ts'

/** A place on the part that was pointed at, LPS mm, and the unit normal of the face there, out of the part. */
export interface PickedPlace {
  readonly pointLps: Vec3
  readonly normalLps: Vec3
  /** Number of the face in the mesh that is shown. */
  readonly triangle: number
}

/** The nearest face of the part under a place in the picture; x to the right and y up, -1 .. 1. Null beside the part. */
export function pickOn(part: Mesh, camera: PerspectiveCamera, at: readonly [number, number]): PickedPlace | null {
  const ray = new Raycaster()
  ray.setFromCamera(new Vector2(...at), camera)
  const [hit] = ray.intersectObject(part)
  if (!hit?.face) return null
  const { x, y, z } = hit.face.normal
  return { pointLps: [hit.point.x, hit.point.y, hit.point.z], normalLps: [x, y, z], triangle: hit.faceIndex ?? 0 }
}

/** Share of the part's longest side that the mark's radius takes. */
const MARK_SHARE = 0.045
/** Above the face, so that it is not hidden in it; a share of the radius. */
const LIFT = 0.06

/** A ring that lies on a picked face, with a stroke along its normal. */
export function pickMark({ pointLps, normalLps }: PickedPlace, bounds: Bounds, colour: string): Group {
  const radius = Math.max(1, MARK_SHARE * Math.max(...boundsSize(bounds)))
  const normal = new Vector3(...normalLps)
  const solid = { color: colour, transparent: true, depthTest: false }
  const ring = new Mesh(
    new RingGeometry(0.72 * radius, radius, 48),
    new MeshBasicMaterial({ ...solid, side: DoubleSide, opacity: 0.95 }),
  )
  ring.quaternion.setFromUnitVectors(new Vector3(0, 0, 1), normal)
  const stroke = new BufferGeometry()
  const tip = normal.clone().multiplyScalar(2 * radius)
  stroke.setAttribute('position', new BufferAttribute(new Float32Array([0, 0, 0, tip.x, tip.y, tip.z]), 3))
  const mark = new Group()
  mark.add(ring, new Line(stroke, new LineBasicMaterial(solid)))
  mark.position.set(...pointLps).addScaledVector(normal, LIFT * radius)
  mark.renderOrder = 1
  return mark
}

/** Lines that are seen through the part. */
export function outlineMark(segments: readonly number[], colour: string): LineSegments {
  const geometry = new BufferGeometry()
  geometry.setAttribute('position', new BufferAttribute(Float32Array.from(segments), 3))
  const lines = new LineSegments(
    geometry,
    new LineBasicMaterial({ color: colour, transparent: true, depthTest: false }),
  )
  lines.renderOrder = 2
  return lines
}

/** How much larger than the part the square is. */
const PLANE_AIR = 1.25

/** A translucent square on a plane through a part, with its rim. */
export function planeMark({ pointLps, normalLps }: Plane, bounds: Bounds, colour: string): Group {
  const size = new Vector3(...boundsSize(bounds))
  const normal = new Vector3(...normalLps).normalize()
  const along = (n: number) => Math.sqrt(Math.max(0, 1 - n * n))
  const side = PLANE_AIR * Math.max(size.x * along(normal.x), size.y * along(normal.y), size.z * along(normal.z))
  const middle = new Vector3(...bounds.min).addScaledVector(size, 0.5)
  const away = new Vector3(...pointLps).sub(middle).dot(normal)
  const square = new PlaneGeometry(side, side)
  const film = { color: colour, transparent: true, opacity: 0.22, side: DoubleSide, depthWrite: false }
  const half = side / 2
  const rim = new BufferGeometry()
  const corners = [-half, -half, 0, half, -half, 0, half, half, 0, -half, half, 0]
  rim.setAttribute('position', new BufferAttribute(new Float32Array(corners), 3))
  const mark = new Group()
  mark.add(new Mesh(square, new MeshBasicMaterial(film)), new LineLoop(rim, new LineBasicMaterial({ color: colour })))
  mark.quaternion.setFromUnitVectors(new Vector3(0, 0, 1), normal)
  mark.position.copy(middle.addScaledVector(normal, away))
  return mark
}
