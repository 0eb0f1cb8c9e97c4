import { Color, Mesh, MeshStandardMaterial, PerspectiveCamera, Scene, Vector3, WebGLRenderer } from 'three'
import { meshBounds } from '../../core/mesh.ts'
import type { Mesh as PartMesh } from '../../core/types.ts'
import { BONE } from './colours.ts'
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

/** A PNG of a part on a neutral light background, seen from the usual side. Needs a page or worker with WebGL; frees all it uses. */
export async function renderPicture(mesh: PartMesh, width: number, height: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height)
  const renderer = new WebGLRenderer({ canvas, antialias: true, preserveDrawingBuffer: true })
  renderer.setSize(width, height, false)
  const scene = new Scene()
  scene.background = new Color('#eef2f4')
  const camera = new PerspectiveCamera(FIELD_OF_VIEW_DEG, width / height, 1, 5000)
  camera.up.set(0, 0, 1)
  scene.add(...lights(camera))
  const bounds = meshBounds(mesh)
  const part = new Mesh(geometryOf(mesh, null), new MeshStandardMaterial({ color: BONE, roughness: 0.86 }))
  const furniture = [ground(bounds, furnitureColours(false)), contactShadow(bounds, false)]
  scene.add(part, ...furniture)
  const { centre, half } = middleAndHalf(bounds)
  const from = new Vector3(...VIEW_FROM).normalize()
  const distance = fitDistance(half, from, width / height) * GROUND_AIR
  camera.position.copy(centre).addScaledVector(from, distance)
  camera.far = distance * 8
  camera.lookAt(centre)
  camera.updateProjectionMatrix()
  camera.updateMatrixWorld()
  renderer.render(scene, camera)
  try {
    return await canvas.convertToBlob({ type: 'image/png' })
  } finally {
    for (const object of [part, ...furniture]) discard(object)
    renderer.dispose()
    renderer.forceContextLoss()
  }
}
