import type { Mesh } from '../../core/types.ts'
import { MAX_TRIANGLES } from '../mesh-file.ts'
import type { ModelHandler, ModelObject, Reference } from './model-handler.ts'
import { refuse } from './refuse.ts'
import { chained, movePoints, type Transform } from './transform.ts'

/** The model parts of a package by their names. */
export type Models = ReadonlyMap<string, ModelHandler>

/** Components of components of components; no file of a slicer goes further than three. */
const DEEPEST = 16

interface Placed {
  readonly mesh: Mesh
  readonly transform: Transform
}

interface Extent {
  readonly triangles: number
  readonly levels: number
}

const keyOf = (part: string, id: number) => `${part}\n${id}`

/** Follows references from the plate to the meshes, bounded in depth and in what it would all come to. */
class Walk {
  readonly #models: Models
  readonly #known = new Map<string, Extent>()

  constructor(models: Models) {
    this.#models = models
  }
  target(part: string, { id, path }: Reference): readonly [string, ModelObject] {
    const where = path === null ? part : path.replace(/^\//, '')
    const object = this.#models.get(where)?.objects.get(id)
    if (!object) throw refuse('reference')
    return [where, object]
  }
  /** What an object comes to, without laying any of it out. */
  extent(part: string, object: ModelObject, above: readonly string[] = []): Extent {
    const key = keyOf(part, object.id)
    if (above.includes(key)) throw refuse('cycle')
    if (above.length > DEEPEST) throw refuse('too-deep')
    const known = this.#known.get(key)
    if (known !== undefined) return known
    let triangles = object.mesh ? object.mesh.indices.length / 3 : 0
    let levels = 1
    for (const component of object.components) {
      const [where, next] = this.target(part, component)
      const below = this.extent(where, next, [...above, key])
      triangles += below.triangles
      levels = Math.max(levels, 1 + below.levels)
      if (triangles > MAX_TRIANGLES) throw refuse('too-many-triangles')
      if (levels > DEEPEST) throw refuse('too-deep')
    }
    this.#known.set(key, { triangles, levels })
    return { triangles, levels }
  }
  *meshes(part: string, object: ModelObject, transform: Transform): Generator<Placed> {
    if (object.mesh) yield { mesh: object.mesh, transform }
    for (const component of object.components) {
      const [where, next] = this.target(part, component)
      yield* this.meshes(where, next, chained(component.transform, transform))
    }
  }
}

/** Core 3.6: a component may only name objects that come before its own. */
function requireOrder(model: ModelHandler): void {
  const before = new Set<number>()
  for (const { id, components } of model.objects.values()) {
    if (components.some((c) => c.path === null && !before.has(c.id))) throw refuse('reference')
    before.add(id)
  }
}

const isShiftOnly = (m: Transform) => m.slice(0, 9).join() === '1,0,0,0,1,0,0,0,1'

/**
 * All that a 3MF builds as one mesh in mm. A shift that all items share is the place on the plate and is left out.
 * Errors: threemf/reference, cycle, too-deep, too-many-triangles, nothing-built.
 */
export function flatten(models: Models, root: string): Mesh {
  const model = models.get(root)
  if (!model || model.items.length === 0) throw refuse('nothing-built')
  const walk = new Walk(models)
  for (const [part, { objects }] of models) for (const object of objects.values()) walk.extent(part, object)
  for (const each of models.values()) requireOrder(each)
  const shift = plateShift(model.items)
  const placed: Placed[] = []
  let triangles = 0
  for (const item of model.items) {
    const [where, object] = walk.target(root, item)
    if (object.type === 'other') throw refuse('reference')
    triangles += walk.extent(where, object).triangles
    if (triangles > MAX_TRIANGLES) throw refuse('too-many-triangles')
    placed.push(...walk.meshes(where, object, chained(item.transform, shift)))
  }
  return joined(placed, model.unitMm)
}

function plateShift(items: readonly Reference[]): Transform {
  const [first] = items
  const shared =
    first && isShiftOnly(first.transform) && items.every(({ transform }) => transform.join() === first.transform.join())
  const [x = 0, y = 0, z = 0] = shared ? first.transform.slice(9) : []
  return [1, 0, 0, 0, 1, 0, 0, 0, 1, -x, -y, -z]
}

function joined(placed: readonly Placed[], unitMm: number): Mesh {
  const positions = new Float32Array(placed.reduce((sum, { mesh }) => sum + mesh.positions.length, 0))
  const indices = new Uint32Array(placed.reduce((sum, { mesh }) => sum + mesh.indices.length, 0))
  let points = 0
  let corners = 0
  for (const { mesh, transform } of placed) {
    movePoints(mesh.positions, transform, unitMm, positions, points)
    for (const n of mesh.indices) indices[corners++] = n + points / 3
    points += mesh.positions.length
  }
  return { positions, indices }
}
