import { Color, Mesh, MeshStandardMaterial, PerspectiveCamera, Scene, Vector3, WebGLRenderer } from 'three'
import { meshBounds } from '../../core/mesh.ts'
import type { Mesh as PartMesh, Vec3 } from '../../core/types.ts'
import { BONE } from './colours.ts'
import { withCreases } from './creases.ts'
import { contactShadow, discard, ground } from './stage-furniture.ts'
import {
  FIELD_OF_VIEW_DEG,
  fitDistance,
  furnitureColours,
  GROUND_AIR,
  geometryOf,
  lights,
  middleAndHalf,
  VIEW_FROM,
} from './stage-parts.ts'

const GREY = '#eef2f4'

/** A side of the patient from which a part is looked at, and what is up there; LPS. */
interface Look {
  readonly from: Vec3
  readonly up: Vec3
}

/** From the front and the back, from the patient's right and left, from the head and the feet. */
const SIDES: readonly Look[] = [
  { from: [0, -1, 0], up: [0, 0, 1] },
  { from: [0, 1, 0], up: [0, 0, 1] },
  { from: [-1, 0, 0], up: [0, 0, 1] },
  { from: [1, 0, 0], up: [0, 0, 1] },
  { from: [0, 0, 1], up: [0, -1, 0] },
  { from: [0, 0, -1], up: [0, -1, 0] },
]

/** A scene in a worker or page with WebGL; `dispose` frees all it uses. */
function studio(mesh: PartMesh, width: number, height: number, hasGround: boolean) {
  const canvas = new OffscreenCanvas(width, height)
  const renderer = new WebGLRenderer({ canvas, antialias: true, preserveDrawingBuffer: true })
  renderer.setSize(width, height, false)
  const scene = new Scene()
  scene.background = new Color(GREY)
  const camera = new PerspectiveCamera(FIELD_OF_VIEW_DEG, width / height, 1, 5000)
  scene.add(...lights(camera))
  const bounds = meshBounds(mesh)
  const material = withCreases(new MeshStandardMaterial({ color: BONE, roughness: 0.86 }))
  const part = new Mesh(geometryOf(mesh, null), material)
  const furniture = hasGround ? [ground(bounds, furnitureColours(false)), contactShadow(bounds, false)] : []
  scene.add(part, ...furniture)
  const { centre, half } = middleAndHalf(bounds)
  return {
    half,
    take(from: Vector3, up: Vec3, distance: number, type: string): Promise<Blob> {
      camera.up.set(...up)
      camera.position.copy(centre).addScaledVector(from, distance)
      camera.far = distance * 8
      camera.lookAt(centre)
      camera.updateProjectionMatrix()
      camera.updateMatrixWorld()
      renderer.render(scene, camera)
      return canvas.convertToBlob({ type })
    },
    dispose() {
      for (const object of [part, ...furniture]) discard(object)
      renderer.dispose()
      renderer.forceContextLoss()
    },
  }
}

/** A PNG of a part on a neutral light background, seen from the usual side. Needs a page or worker with WebGL; frees all it uses. */
export async function renderPicture(mesh: PartMesh, width: number, height: number): Promise<Blob> {
  const { half, take, dispose } = studio(mesh, width, height, true)
  const from = new Vector3(...VIEW_FROM).normalize()
  try {
    return await take(from, [0, 0, 1], fitDistance(half, from, width / height) * GROUND_AIR, 'image/png')
  } finally {
    dispose()
  }
}

/** JPEGs of a part from six sides, square and all at one scale: front, back, right, left, head, feet. */
export async function renderSides(mesh: PartMesh, size: number): Promise<Blob[]> {
  const { half, take, dispose } = studio(mesh, size, size, false)
  const distance = Math.max(1, half.length()) / Math.sin((FIELD_OF_VIEW_DEG / 2) * (Math.PI / 180))
  const pictures: Blob[] = []
  try {
    for (const { from, up } of SIDES) pictures.push(await take(new Vector3(...from), up, distance, 'image/jpeg'))
    return pictures
  } finally {
    dispose()
  }
}
