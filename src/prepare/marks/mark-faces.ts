import type { Mesh } from '../../core/types.ts'
import { compact } from '../pieces.ts'
import { surfaceTree } from '../surface-tree.ts'
import type { Mark } from './mark.ts'
import { isOn, MIDDLE, trianglesOn } from './triangles-on.ts'

/**
 * The triangles that a mark gave a part, out of the marked one: those on the mark's own surface and not on that of the part
 * before. None for a mark that takes material away: the wall it leaves is the part's. LPS mm; not closed.
 */
export function facesOfMark(marked: Mesh, before: Mesh, mark: Mark): Mesh {
  const none = { positions: new Float32Array(0), indices: new Uint32Array(0) }
  if (mark.how === 'remove') return none
  const onMark = trianglesOn(marked, mark.body)
  const old = surfaceTree(before)
  const isNew = (t: number) => onMark[t] === 1 && !isOn(old, marked, t, MIDDLE)
  return compact(
    marked.positions,
    marked.indices.filter((_, i) => isNew(Math.floor(i / 3))),
  )
}
