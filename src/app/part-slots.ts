import type { Mesh } from '../core/types.ts'
import type { Body, BodyInfo } from './part-body.ts'
import { bodiesAfter, editsOf, type PartHistory } from './part-history.ts'
import { type FreshMesh, partSlot } from './part-steps.ts'

/** Where the vault keeps the meshes that are at hand: those of the model as it was made, and of the bodies now. */
export function slotsAtHand(base: Body | null, bodies: readonly Body[], part: PartHistory): Map<Mesh, string> {
  const slots = new Map<Mesh, string>()
  const infos = bodiesAfter(editsOf(part))
  for (const [n, { mesh, reference }] of bodies.entries()) {
    const info = infos[n]
    if (info) slots.set(mesh, info.mesh).set(reference, info.reference)
  }
  // A model of which nothing was edited has one mesh only, the surface itself.
  if (base) slots.set(base.mesh, 'mesh').set(base.reference, 'reference-mesh')
  return slots
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
  for (const body of bodies) {
    infos.push({ ...body, mesh: await slotOf(body.mesh), reference: await slotOf(body.reference) })
  }
  return infos
}
