import {
  BufferAttribute,
  BufferGeometry,
  DirectionalLight,
  HemisphereLight,
  Mesh,
  type Object3D,
  type PerspectiveCamera,
  Vector3,
} from 'three'
import type { Bounds } from '../../core/mesh.ts'
import type { Mesh as PartMesh, Vec3 } from '../../core/types.ts'
import { vertexNormals } from '../../prepare/normals.ts'
import type { FurnitureColours } from './stage-furniture.ts'

export const FIELD_OF_VIEW_DEG = 28

/** From the front, a little to the patient's left and above, as a bone is usually shown. */
export const VIEW_FROM: Vec3 = [0.36, -1, 0.22]
/** More air around the part where the ground should be seen. */
export const GROUND_AIR = 1.14

export const furnitureColours = (dark: boolean): FurnitureColours =>
  dark ? { line: '#a0b4c0', lineOpacity: 0.13, dark } : { line: '#1e323e', lineOpacity: 0.12, dark }

/** Soft studio light; key and fill ride on the camera. */
export function lights(camera: PerspectiveCamera): Object3D[] {
  const sky = new HemisphereLight('#f6f3ec', '#4d5861', 1.15)
  sky.position.set(0, 0, 1)
  // Key and fill ride on the camera: the part is lit well from wherever it is looked at.
  const key = new DirectionalLight('#fff6e8', 2.1)
  key.position.set(-0.9, 1.1, 0.7)
  const fill = new DirectionalLight('#c8dcf0', 0.55)
  fill.position.set(1.2, -0.2, 0.4)
  const target = new Mesh()
  target.position.set(0, 0, -1)
  key.target = target
  fill.target = target
  camera.add(key, fill, target)
  return [sky, camera]
}

/** Shares positions and indices with the mesh. Own normals: on 1 M triangles 15 ms, three's 85 (measured). */
export function geometryOf(mesh: PartMesh, colours: Float32Array | null): BufferGeometry {
  const geometry = new BufferGeometry()
  geometry.setAttribute('position', new BufferAttribute(mesh.positions, 3))
  geometry.setIndex(new BufferAttribute(mesh.indices, 1))
  geometry.setAttribute('normal', new BufferAttribute(vertexNormals(mesh), 3))
  if (colours !== null) geometry.setAttribute('color', new BufferAttribute(colours, 3))
  return geometry
}

export function middleAndHalf({ min, max }: Bounds): { centre: Vector3; half: Vector3 } {
  const [low, high] = [new Vector3(...min), new Vector3(...max)]
  return { centre: low.clone().add(high).multiplyScalar(0.5), half: high.sub(low).multiplyScalar(0.5) }
}

/** Distance from the middle of a box of this half size at which all its corners are just in the picture. */
export function fitDistance(half: Vector3, from: Vector3, aspect: number): number {
  const tangent = Math.tan(((FIELD_OF_VIEW_DEG / 2) * Math.PI) / 180)
  const right = new Vector3(0, 0, 1).cross(from).normalize()
  const up = from.clone().cross(right)
  let distance = 10
  for (let corner = 0; corner < 8; corner++) {
    const c = new Vector3(corner & 1 ? 1 : -1, corner & 2 ? 1 : -1, corner & 4 ? 1 : -1).multiply(half)
    const aside = Math.max(Math.abs(c.dot(right)) / aspect, Math.abs(c.dot(up)))
    distance = Math.max(distance, c.dot(from) + aside / tangent)
  }
  return distance
}

/** Whether two parts take much the same room, so that the view can stay. */
export function alike(a: Bounds, b: Bounds): boolean {
  const extent = Math.max(1, ...[0, 1, 2].map((n) => (b.max[n] ?? 0) - (b.min[n] ?? 0)))
  const near = (p: Vec3, q: Vec3) => p.every((v, n) => Math.abs(v - (q[n] ?? 0)) < extent * 0.15)
  return near(a.min, b.min) && near(a.max, b.max)
}
