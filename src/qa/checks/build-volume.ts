import { type Finding, PROCESS_IDS, type ProcessId } from '../../core/finding.ts'
import type { Bounds } from '../../core/mesh.ts'
import type { Vec3 } from '../../core/types.ts'
import { finding, grade, shownLimit } from '../grade.ts'
import type { Policy } from '../policy.ts'
import { PROCESSES } from '../process.ts'

/** Fill of the tightest axis in percent, when the part is turned in quarter turns to fit best. */
export function fillPercent(part: Bounds, buildMm: Vec3): number {
  const bySize = (a: number, b: number) => b - a
  const sizes = [0, 1, 2].map((k) => (part.max[k] as number) - (part.min[k] as number)).sort(bySize)
  const room = [...buildMm].sort(bySize)
  return Math.max(...sizes.map((size, k) => (100 * size) / (room[k] as number)))
}

/** `buildMm` replaces the default machine of the chosen process. */
export function checkBuildVolume(part: Bounds, process: ProcessId, buildMm: Vec3 | undefined, policy: Policy): Finding {
  const room = (id: ProcessId) => (id === process && buildMm !== undefined ? buildMm : PROCESSES[id].buildMm)
  const value = fillPercent(part, room(process))
  const elsewhere = PROCESS_IDS.map((id) => [`${id}Percent`, fillPercent(part, room(id))])
  return finding(policy, {
    check: 'build-volume',
    level: grade(value, policy.buildVolumePercent),
    value,
    limit: shownLimit(policy.buildVolumePercent),
    unit: '%',
    detail: {
      buildMm: room(process).join(' x '),
      machine: buildMm === undefined ? PROCESSES[process].machine : 'own',
      ...Object.fromEntries(elsewhere),
    },
  })
}
