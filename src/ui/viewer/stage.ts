import {
  BufferAttribute,
  type BufferGeometry,
  Mesh,
  MeshStandardMaterial,
  MOUSE,
  type Object3D,
  PerspectiveCamera,
  Scene,
  Vector3,
  WebGLRenderer,
} from 'three'
import { OrbitControls } from 'three/examples/jsm/controls/OrbitControls.js'
import { type Bounds, meshBounds } from '../../core/mesh.ts'
import type { Mesh as PartMesh, Vec3 } from '../../core/types.ts'
import type { Plane } from '../../prepare/plane.ts'
import { BONE } from './colours.ts'
import { withCreases } from './creases.ts'
import { buildVolume, contactShadow, crossLines, discard, ground } from './stage-furniture.ts'
import {
  alike,
  FIELD_OF_VIEW_DEG,
  fitDistance,
  furnitureColours,
  GROUND_AIR,
  geometryOf,
  lights,
  middleAndHalf,
  VIEW_FROM,
} from './stage-parts.ts'
import { outlineMark, type PickedPlace, pickMark, pickOn, planeMark } from './stage-pick.ts'

/** A build volume is looked into from a little higher. */
const BOX_FROM: Vec3 = [0.42, -1, 0.4]
/** Air around what is shown. */
const AIR = 1.04
/** More where the legend and the controls take a good part of a small pane. */
const SMALL_AIR = 1.3
const SMALL_PX = 560
/** Steepest look from above or below, radians: straight down there is no left and right. */
const STEEPEST = 1.45

/** What stands on the stage besides the part. */
export interface StageDressing {
  /** Ground grid; false where the pane is small. */
  readonly ground: boolean
  /** Build volume in mm; null draws none. */
  readonly box: Vec3 | null
  readonly dark: boolean
}

/** A place in the picture, CSS pixels from the top left; `seen` is false behind the camera. */
export interface Projected {
  readonly x: number
  readonly y: number
  readonly seen: boolean
}

/**
 * The part in 3-D, in LPS mm. Draws only when something changed: a still picture costs nothing.
 * Positions and indices are shared with the mesh, not copied; normals are added (12 bytes a vertex).
 */
export class Stage {
  readonly #renderer: WebGLRenderer
  readonly #scene = new Scene()
  readonly #camera = new PerspectiveCamera(FIELD_OF_VIEW_DEG, 1, 1, 5000)
  readonly #controls: OrbitControls
  readonly #ondraw: () => void
  #part: Mesh<BufferGeometry, MeshStandardMaterial> | null = null
  #bounds: Bounds = { min: [0, 0, 0], max: [0, 0, 0] }
  #furniture: Object3D[] = []
  #cross: Object3D | null = null
  #picked: Object3D | null = null
  #plane: Object3D | null = null
  #outline: Object3D | null = null
  #box: Vec3 | null = null
  #grounded = false
  #frame = 0
  #width = 1
  #height = 1

  /** `ondraw` is called after each picture, to move what is placed in HTML. */
  constructor(canvas: HTMLCanvasElement, ondraw: () => void) {
    this.#ondraw = ondraw
    this.#renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true })
    this.#renderer.setPixelRatio(Math.min(2, devicePixelRatio))
    this.#camera.up.set(0, 0, 1)
    this.#scene.add(...lights(this.#camera))
    this.#controls = new OrbitControls(this.#camera, canvas)
    this.#controls.enableDamping = false
    // The style sheet decides: on a phone a finger must still be able to scroll past the part.
    canvas.style.touchAction = ''
    this.#controls.addEventListener('change', () => this.draw())
  }

  get bounds(): Bounds {
    return this.#bounds
  }

  /** Shows another part; keeps the view when its size is much the same, else fits it. */
  setPart(mesh: PartMesh | null, colours: Float32Array | null): void {
    if (this.#part !== null) {
      this.#scene.remove(this.#part)
      this.#part.geometry.dispose()
      this.#part.material.dispose()
      this.#part = null
    }
    if (mesh === null || mesh.indices.length === 0) {
      this.draw()
      return
    }
    const material = new MeshStandardMaterial({
      color: colours === null ? BONE : '#ffffff',
      roughness: 0.86,
      metalness: 0,
      vertexColors: colours !== null,
    })
    this.#part = new Mesh(geometryOf(mesh, colours), withCreases(material))
    this.#scene.add(this.#part)
    const before = this.#bounds
    this.#bounds = meshBounds(mesh)
    if (!alike(before, this.#bounds)) this.fit()
    this.draw()
  }

  /** Colours the present part; null shows matt bone. */
  setColours(colours: Float32Array | null): void {
    if (this.#part === null) return
    const { geometry, material } = this.#part
    if (colours === null) geometry.deleteAttribute('color')
    else geometry.setAttribute('color', new BufferAttribute(colours, 3))
    material.vertexColors = colours !== null
    material.color.set(colours === null ? BONE : '#ffffff')
    material.needsUpdate = true
    this.draw()
  }

  dress({ ground: onGround, box, dark }: StageDressing): void {
    for (const object of this.#furniture) {
      this.#scene.remove(object)
      discard(object)
    }
    this.#furniture = []
    const changed = (this.#box === null) !== (box === null) || this.#grounded !== onGround
    this.#box = box
    this.#grounded = onGround
    if (this.#part !== null && (onGround || box !== null)) {
      const colours = furnitureColours(dark)
      this.#furniture = [
        box === null ? ground(this.#bounds, colours) : buildVolume(this.#bounds, box, colours),
        contactShadow(this.#bounds, dark),
      ]
      this.#scene.add(...this.#furniture)
    }
    if (changed) this.fit()
    this.draw()
  }

  /** Shows the shared crosshair; null hides it. */
  setCross(at: Vec3 | null, colour: string): void {
    this.#cross = this.#instead(this.#cross, at && crossLines(at, this.#bounds, colour))
  }

  /** The face of the part under a place of the picture, CSS pixels from its top left; null beside the part. */
  pick(x: number, y: number): PickedPlace | null {
    if (this.#part === null) return null
    this.#camera.updateMatrixWorld()
    return pickOn(this.#part, this.#camera, [(2 * x) / this.#width - 1, 1 - (2 * y) / this.#height])
  }

  /** Marks a picked face; null takes the mark away. */
  setPicked(place: PickedPlace | null, colour: string): void {
    this.#picked = this.#instead(this.#picked, place && pickMark(place, this.#bounds, colour))
  }

  /** Draws a plane through the part; null takes it away. */
  setPlane(plane: Plane | null, colour: string): void {
    this.#plane = this.#instead(this.#plane, plane && planeMark(plane, this.#bounds, colour))
  }

  /** Draws line segments over the part, x0 y0 z0 x1 y1 z1 in LPS mm; null takes them away. */
  setOutline(segments: readonly number[] | null, colour: string): void {
    this.#outline = this.#instead(this.#outline, segments && outlineMark(segments, colour))
  }

  /** Another mark in the place of one; none without a part. */
  #instead(old: Object3D | null, mark: Object3D | null): Object3D | null {
    if (old !== null) {
      this.#scene.remove(old)
      discard(old)
    }
    const shown = this.#part === null ? null : mark
    if (shown !== null) this.#scene.add(shown)
    this.draw()
    return shown
  }

  resize(width: number, height: number): void {
    if (width < 1 || height < 1) return
    const first = this.#width === 1
    this.#width = width
    this.#height = height
    this.#renderer.setSize(width, height, false)
    this.#camera.aspect = width / height
    this.#camera.updateProjectionMatrix()
    if (first) this.fit()
    this.draw()
  }

  /** Shows the whole part, or the whole build volume, from the usual side. */
  fit(): void {
    const { centre, half } = middleAndHalf(this.#bounds)
    const from = new Vector3(...VIEW_FROM).normalize()
    if (this.#box !== null) {
      half.set(...this.#box).multiplyScalar(0.5)
      centre.z = this.#bounds.min[2] + half.z
      from.set(...BOX_FROM).normalize()
    }
    const distance = fitDistance(half, from, this.#camera.aspect) * this.#air()
    this.#look(centre, from, distance)
  }

  /** Turns the view around what is looked at, as a drag would: for the keyboard. Degrees, to the left and up. */
  turn(leftDeg: number, upDeg: number): void {
    const offset = this.#camera.position.clone().sub(this.#controls.target)
    const distance = offset.length()
    const azimuth = Math.atan2(offset.y, offset.x) + (leftDeg * Math.PI) / 180
    const height = Math.asin(offset.z / distance) + (upDeg * Math.PI) / 180
    const h = Math.min(STEEPEST, Math.max(-STEEPEST, height))
    const flat = distance * Math.cos(h)
    this.#camera.position
      .set(flat * Math.cos(azimuth), flat * Math.sin(azimuth), distance * Math.sin(h))
      .add(this.#controls.target)
    this.#controls.update()
    this.draw()
  }

  /** Direction the part is seen from: 0 from the front, 90 from the patient's left. */
  azimuthDeg(): number {
    const { x, y } = this.#camera.position.clone().sub(this.#controls.target)
    return Math.round((Math.atan2(x, -y) * 180) / Math.PI)
  }

  /** Comes nearer by this factor. */
  zoom(factor: number): void {
    this.#camera.position.sub(this.#controls.target).divideScalar(factor).add(this.#controls.target)
    this.#controls.update()
    this.draw()
  }

  /** Turns and moves the camera so that a place faces it from outside the part. */
  flyTo(at: Vec3): void {
    const { centre, half } = middleAndHalf(this.#bounds)
    const place = new Vector3(...at)
    const outward = place.clone().sub(centre)
    outward.z *= 0.3
    const from = outward.lengthSq() > 1 ? outward.normalize() : new Vector3(...VIEW_FROM)
    // Never straight along the up axis: there OrbitControls has no left and right.
    from.z = Math.min(0.5, Math.max(-0.4, from.z)) + 0.15
    from.normalize()
    this.#look(place.lerp(centre, 0.45), from, fitDistance(half, from, this.#camera.aspect) * 0.72)
  }

  #air(): number {
    if (!this.#grounded) return AIR
    return this.#width < SMALL_PX ? SMALL_AIR : GROUND_AIR
  }

  #look(target: Vector3, from: Vector3, distance: number): void {
    this.#camera.position.copy(target).addScaledVector(from, distance)
    this.#camera.near = Math.max(0.5, distance / 50)
    this.#camera.far = distance * 8
    this.#camera.updateProjectionMatrix()
    this.#controls.target.copy(target)
    this.#controls.update()
    this.draw()
  }

  /** Where a place of the part is in the picture. */
  project(at: Vec3): Projected {
    const p = new Vector3(...at).project(this.#camera)
    return { x: ((p.x + 1) / 2) * this.#width, y: ((1 - p.y) / 2) * this.#height, seen: Math.abs(p.z) <= 1 }
  }

  /** Row-major 4 x 4 from LPS mm to clip coordinates, as the part is seen now. */
  viewProjection(): readonly number[] {
    this.#camera.updateMatrixWorld()
    const { projectionMatrix, matrixWorldInverse } = this.#camera
    return projectionMatrix.clone().multiply(matrixWorldInverse).transpose().elements
  }

  /** While a tool has the left button, the right one turns the part; else it moves it. */
  turnByRight(on: boolean): void {
    this.#controls.mouseButtons.RIGHT = on ? MOUSE.ROTATE : MOUSE.PAN
  }

  /** Pixels a millimetre at the middle of the view, for a scale bar. */
  pixelsPerMm(): number {
    const distance = this.#camera.position.distanceTo(this.#controls.target)
    return this.#height / (2 * distance * Math.tan(((FIELD_OF_VIEW_DEG / 2) * Math.PI) / 180))
  }

  /** Asks for one picture at the next frame. */
  draw(): void {
    if (this.#frame !== 0) return
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0
      this.#camera.updateMatrixWorld()
      this.#renderer.render(this.#scene, this.#camera)
      this.#ondraw()
    })
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame)
    this.#controls.dispose()
    for (const object of [this.#part, this.#cross, this.#picked, this.#plane, this.#outline, ...this.#furniture])
      if (object !== null) discard(object)
    this.#renderer.dispose()
  }
}
