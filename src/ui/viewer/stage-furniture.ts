import {
  BoxGeometry,
  BufferAttribute,
  BufferGeometry,
  CanvasTexture,
  EdgesGeometry,
  Group,
  Line,
  LineBasicMaterial,
  LineDashedMaterial,
  LineSegments,
  type Material,
  Mesh,
  MeshBasicMaterial,
  type Object3D,
  PlaneGeometry,
} from 'three'
import type { Bounds } from '../../core/mesh.ts'
import type { Vec3 } from '../../core/types.ts'

const SQUARE_MM = 10
const STRONG_EVERY = 5
const AROUND_MM = 30

export interface FurnitureColours {
  readonly line: string
  readonly lineOpacity: number
  readonly dark: boolean
}

function segments(points: number[], material: LineBasicMaterial): LineSegments {
  const geometry = new BufferGeometry()
  geometry.setAttribute('position', new BufferAttribute(new Float32Array(points), 3))
  return new LineSegments(geometry, material)
}

/** Lines every 10 mm over a rectangle at height z; every fifth is stronger. */
function gridLines(x: readonly [number, number], y: readonly [number, number], z: number, c: FurnitureColours): Group {
  const soft: number[] = []
  const strong: number[] = []
  const count = (span: readonly [number, number]) => Math.round((span[1] - span[0]) / SQUARE_MM)
  for (let n = 0; n <= count(x); n++) {
    const at = x[0] + n * SQUARE_MM
    ;(n % STRONG_EVERY === 0 ? strong : soft).push(at, y[0], z, at, y[1], z)
  }
  for (let n = 0; n <= count(y); n++) {
    const at = y[0] + n * SQUARE_MM
    ;(n % STRONG_EVERY === 0 ? strong : soft).push(x[0], at, z, x[1], at, z)
  }
  const material = (opacity: number) => new LineBasicMaterial({ color: c.line, transparent: true, opacity })
  const group = new Group()
  group.add(segments(soft, material(c.lineOpacity)), segments(strong, material(c.lineOpacity * 2)))
  return group
}

const middle = (b: Bounds, axis: 0 | 1) => (b.min[axis] + b.max[axis]) / 2

/** Ground grid in 10 mm squares under a part. */
export function ground(bounds: Bounds, c: FurnitureColours): Group {
  const span = (axis: 0 | 1): readonly [number, number] => {
    const half = Math.ceil(((bounds.max[axis] - bounds.min[axis]) / 2 + AROUND_MM) / SQUARE_MM) * SQUARE_MM
    return [middle(bounds, axis) - half, middle(bounds, axis) + half]
  }
  return gridLines(span(0), span(1), bounds.min[2], c)
}

/** The build volume of a printer as a thin box with its plate, the part standing in the middle. */
export function buildVolume(bounds: Bounds, boxMm: Vec3, c: FurnitureColours): Group {
  const [cx, cy, z] = [middle(bounds, 0), middle(bounds, 1), bounds.min[2]]
  const half = (n: number) => n / 2
  const group = gridLines([cx - half(boxMm[0]), cx + half(boxMm[0])], [cy - half(boxMm[1]), cy + half(boxMm[1])], z, c)
  const box = new LineSegments(
    new EdgesGeometry(new BoxGeometry(boxMm[0], boxMm[1], boxMm[2])),
    new LineBasicMaterial({ color: c.line, transparent: true, opacity: Math.min(1, c.lineOpacity * 4) }),
  )
  box.position.set(cx, cy, z + half(boxMm[2]))
  group.add(box)
  return group
}

const SHADOW_PX = 128
/** A soft dark patch where the part stands: tells the eye that it touches the ground. */
export function contactShadow(bounds: Bounds, dark: boolean): Object3D {
  // Not of the document: pictures are drawn in a worker too.
  const canvas = new OffscreenCanvas(SHADOW_PX, SHADOW_PX)
  const context = canvas.getContext('2d')
  if (context) {
    const r = SHADOW_PX / 2
    const fade = context.createRadialGradient(r, r, 0, r, r, r)
    fade.addColorStop(0, `rgba(0,0,0,${dark ? 0.55 : 0.26})`)
    fade.addColorStop(1, 'rgba(0,0,0,0)')
    context.fillStyle = fade
    context.fillRect(0, 0, SHADOW_PX, SHADOW_PX)
  }
  const size = (axis: 0 | 1) => (bounds.max[axis] - bounds.min[axis]) * 1.5 + 10
  const patch = new Mesh(
    new PlaneGeometry(size(0), size(1)),
    new MeshBasicMaterial({ map: new CanvasTexture(canvas), transparent: true, depthWrite: false }),
  )
  patch.position.set(middle(bounds, 0), middle(bounds, 1), bounds.min[2] - 0.2)
  return patch
}

/** Three dashed lines through the shared crosshair, a little longer than the part. */
export function crossLines(at: Vec3, bounds: Bounds, colour: string): LineSegments {
  const points: number[] = []
  for (const axis of [0, 1, 2] as const) {
    for (const end of [bounds.min[axis] - SQUARE_MM, bounds.max[axis] + SQUARE_MM]) {
      const p: [number, number, number] = [at[0], at[1], at[2]]
      p[axis] = end
      points.push(...p)
    }
  }
  const lines = segments(
    points,
    new LineDashedMaterial({ color: colour, dashSize: 3, gapSize: 2.4, transparent: true, opacity: 0.7 }),
  )
  lines.computeLineDistances()
  return lines
}

/** Frees what an object holds on the graphics card. */
export function discard(object: Object3D): void {
  object.traverse((child) => {
    if (!(child instanceof Mesh || child instanceof Line)) return
    child.geometry.dispose()
    for (const material of [child.material].flat() as Material[]) {
      if (material instanceof MeshBasicMaterial) material.map?.dispose()
      material.dispose()
    }
  })
}
