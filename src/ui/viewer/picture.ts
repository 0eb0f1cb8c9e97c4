import {
  BufferAttribute,
  Color,
  Mesh,
  MeshStandardMaterial,
  type Object3D,
  PerspectiveCamera,
  Scene,
  Vector3,
  WebGLRenderer,
} from 'three'
import { type Bounds, meshBounds } from '../../core/mesh.ts'
import type { Mesh as PartMesh, Vec3 } from '../../core/types.ts'
import { BONE } from './colours.ts'
import { withCreases } from './creases.ts'
import { buildVolume, contactShadow, discard, type FurnitureColours, ground } from './stage-furniture.ts'
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

interface Setting {
  /** Null leaves it clear. */
  readonly background: string | null
  readonly furniture?: (bounds: Bounds) => Object3D[]
}

/** A scene in a worker or page with WebGL; `dispose` frees all it uses. */
function studio(mesh: PartMesh, width: number, height: number, { background, furniture = () => [] }: Setting) {
  const canvas = new OffscreenCanvas(width, height)
  const renderer = new WebGLRenderer({
    canvas,
    antialias: true,
    preserveDrawingBuffer: true,
    alpha: background === null,
  })
  renderer.setSize(width, height, false)
  const scene = new Scene()
  scene.background = background === null ? null : new Color(background)
  const camera = new PerspectiveCamera(FIELD_OF_VIEW_DEG, width / height, 1, 5000)
  scene.add(...lights(camera))
  const bounds = meshBounds(mesh)
  const material = new MeshStandardMaterial({ color: BONE, roughness: 0.86 })
  const part = new Mesh(geometryOf(mesh, null), withCreases(material))
  const around = furniture(bounds)
  scene.add(part, ...around)
  const { centre, half } = middleAndHalf(bounds)
  const paint = (values: Float32Array | null) => {
    if (values === null) part.geometry.deleteAttribute('color')
    else part.geometry.setAttribute('color', new BufferAttribute(values, 3))
    material.vertexColors = values !== null
    material.color.set(values === null ? BONE : '#ffffff')
    material.needsUpdate = true
  }
  return {
    bounds,
    half,
    paint,
    add: (object: Object3D) => {
      around.push(object)
      scene.add(object)
    },
    take(from: Vector3, up: Vec3, distance: number, type: string, middle = centre): Promise<Blob> {
      camera.up.set(...up)
      camera.position.copy(middle).addScaledVector(from, distance)
      camera.far = distance * 8
      camera.lookAt(middle)
      camera.updateProjectionMatrix()
      camera.updateMatrixWorld()
      renderer.render(scene, camera)
      return canvas.convertToBlob({ type })
    },
    dispose() {
      for (const object of [part, ...around]) discard(object)
      renderer.dispose()
      renderer.forceContextLoss()
    },
  }
}

/** On a ground of its own. */
const standing = (bounds: Bounds): Object3D[] => [ground(bounds, furnitureColours(false)), contactShadow(bounds, false)]

/** A PNG of a part on a neutral light background, seen from the usual side. Needs a page or worker with WebGL; frees all it uses. */
export async function renderPicture(mesh: PartMesh, width: number, height: number): Promise<Blob> {
  const { half, take, dispose } = studio(mesh, width, height, { background: GREY, furniture: standing })
  const from = new Vector3(...VIEW_FROM).normalize()
  try {
    return await take(from, [0, 0, 1], fitDistance(half, from, width / height) * GROUND_AIR, 'image/png')
  } finally {
    dispose()
  }
}

/** JPEGs of a part from six sides, square and all at one scale: front, back, right, left, head, feet. */
export async function renderSides(mesh: PartMesh, size: number): Promise<Blob[]> {
  const { half, take, dispose } = studio(mesh, size, size, { background: GREY })
  const distance = Math.max(1, half.length()) / Math.sin((FIELD_OF_VIEW_DEG / 2) * (Math.PI / 180))
  const pictures: Blob[] = []
  try {
    for (const { from, up } of SIDES) pictures.push(await take(new Vector3(...from), up, distance, 'image/jpeg'))
    return pictures
  } finally {
    dispose()
  }
}

/** Line of the printer's room, to be seen on light and on dark. */
const ROOM_LINE: FurnitureColours = { line: '#7d8f9b', lineOpacity: 0.22, dark: false }

export interface PartPictures {
  readonly plain: Blob
  /** In the colours that were given. */
  readonly coloured: Blob | null
  /** In the room of a printer. */
  readonly inRoom: Blob | null
}

/** PNGs of a part without a background, all from the usual side; `colours` holds one a vertex, `roomMm` is the room of the printer. */
export async function renderPart(
  mesh: PartMesh,
  colours: Float32Array | null,
  roomMm: Vec3 | null,
  width: number,
  height: number,
): Promise<PartPictures> {
  const { bounds, half, paint, add, take, dispose } = studio(mesh, width, height, { background: null })
  const from = new Vector3(...VIEW_FROM).normalize()
  const whole = (size: Vector3, middle?: Vector3) =>
    take(from, [0, 0, 1], fitDistance(size, from, width / height) * GROUND_AIR, 'image/png', middle)
  try {
    const plain = await whole(half)
    paint(colours)
    const coloured = colours && (await whole(half))
    if (!roomMm) return { plain, coloured, inRoom: null }
    paint(null)
    add(buildVolume(bounds, roomMm, ROOM_LINE))
    const room = new Vector3(...roomMm).multiplyScalar(0.5)
    const { centre } = middleAndHalf(bounds)
    const middle = new Vector3(centre.x, centre.y, bounds.min[2] + room.z)
    return { plain, coloured, inRoom: await whole(room, middle) }
  } finally {
    dispose()
  }
}
