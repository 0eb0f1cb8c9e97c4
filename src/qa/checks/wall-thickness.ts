import { type Finding, PROCESS_IDS, type ProcessId } from '../../core/finding.ts'
import { finding, grade } from '../grade.ts'
import { PATCH_MM2 } from '../patch-normals.ts'
import type { Policy } from '../policy.ts'
import { PROCESSES } from '../process.ts'
import type { Thickness } from '../thickness.ts'

/** Area in mm2, in patches of at least PATCH_MM2, that is thinner than the process can hold; the detail tells the same of every other process. What marks added is left out, and how much that is. */
export function checkWallThickness(thickness: Thickness, process: ProcessId, policy: Policy): Finding {
  const { hardWallMm, advisedWallMm } = PROCESSES[process]
  const { belowHardMm2, belowAdvisedPercent } = thickness.byProcess[process]
  const hardLevel = grade(belowHardMm2, { warn: null, fail: policy.belowHardWallMm2 })
  const advisedLevel = grade(belowAdvisedPercent, { warn: policy.belowAdvisedWallPercent, fail: null })
  const elsewhere = PROCESS_IDS.map((id) => [`${id}BelowHardMm2`, thickness.byProcess[id].belowHardMm2])
  return finding(policy, {
    check: 'wall-thickness',
    level: hardLevel === 'pass' ? advisedLevel : hardLevel,
    value: belowHardMm2,
    limit: policy.belowHardWallMm2,
    unit: 'mm2',
    detail: {
      thinnestMm: thickness.thinnestMm,
      hardMm: hardWallMm,
      advisedMm: advisedWallMm,
      belowAdvisedPercent,
      belowAdvisedLimitPercent: policy.belowAdvisedWallPercent,
      patchMm2: PATCH_MM2,
      unmeasuredMm2: thickness.unmeasuredMm2,
      marksLeftOutMm2: thickness.leftOutMm2,
      ...Object.fromEntries(elsewhere),
    },
    places: thickness.places,
  })
}
