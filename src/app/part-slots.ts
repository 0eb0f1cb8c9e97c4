import type { Mesh } from '../core/types.ts'
import type { AddedInfo, Body, BodyInfo } from './part-body.ts'
import { bodiesAfter, editsOf, type PartHistory } from './part-history.ts'
import { type FreshMesh, partSlot } from './part-steps.ts'

/** Where the vault keeps the meshes that are at hand: those of the model as it was made, and of the bodies now. */
export function slotsAtHand(base: Body | null, bodies: readonly Body[], part: PartHistory): Map<Mesh, string> {
  const slots = new Map<Mesh, string>()
  const infos = bodiesAfter(editsOf(part))
  for (const [n, body] of bodies.entries()) {
    const info = infos[n]
    if (info) noteSlots(slots, body, info)
  }
  // A model of which nothing was edited has one mesh only, the surface itself.
  if (base) slots.set(base.mesh, 'mesh').set(base.reference, 'reference-mesh')
  return slots
}

/** A body's meshes are in the vault where this says. */
export function noteSlots(slots: Map<Mesh, string>, body: Body, info: BodyInfo): void {
  slots.set(body.mesh, info.mesh).set(body.reference, info.reference)
  for (const [n, { faces }] of (info.added ?? []).entries()) {
    const mark = body.added?.[n]
    if (mark) slots.set(mark.faces, faces)
  }
}

/** Bodies as a case remembers them; what the vault does not have yet is added to `fresh` and to the slots. */
export async function infosOf(
  bodies: readonly Body[],
  slots: Map<Mesh, string>,
  fresh: FreshMesh[],
): Promise<readonly BodyInfo[]> {
  const slotOf = async (mesh: Mesh): Promise<string> => {
    const known = slots.get(mesh)
    if (known !== undefined) return known
    const slot = await partSlot(mesh)
    slots.set(mesh, slot)
    fresh.push({ mesh, role: 'mesh', slot })
    return slot
  }
  const infos: BodyInfo[] = []
  for (const { added = [], ...body } of bodies) {
    const marks: AddedInfo[] = []
    for (const mark of added) marks.push({ ...mark, faces: await slotOf(mark.faces) })
    const own = { mesh: await slotOf(body.mesh), reference: await slotOf(body.reference) }
    infos.push({ ...body, ...own, ...(marks.length > 0 ? { added: marks } : {}) })
  }
  return infos
}
