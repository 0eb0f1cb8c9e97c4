import { mergeFindings } from '../qa/merge-findings.ts'
import type { Checked } from './check-codec.ts'
import type { Body } from './part-body.ts'

/** Where the vault keeps the check of a body; the only body's has the slot of its role. */
export const FINDINGS_SLOT = 'findings/'
export const findingsSlot = (id: number, bodies: number): string =>
  bodies === 1 ? 'findings' : `${FINDINGS_SLOT}${id}`

/** One value a vertex of all bodies, one after the other, as in joinedMesh. */
function joinedMap(maps: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(maps.reduce((sum, map) => sum + map.length, 0))
  let at = 0
  for (const map of maps) {
    all.set(map, at)
    at += map.length
  }
  return all
}

/** What the checks of all bodies say of the part: the worst of each; null when not every body was checked. */
export function checkOfPart(bodies: readonly Body[], checks: readonly Checked[]): Omit<Checked, 'meshDigest'> | null {
  const [only] = checks
  if (!only || checks.length !== bodies.length) return null
  if (checks.length === 1) return only
  return {
    findings: [...mergeFindings(bodies.map(({ id }, n) => ({ body: id, findings: checks[n]?.findings ?? [] })))],
    thicknessMm: joinedMap(checks.map(({ thicknessMm }) => thicknessMm)),
    deviationMm: joinedMap(checks.map(({ deviationMm }) => deviationMm)),
  }
}
