import { type Finding, PROCESS_IDS, type ProcessId } from '../core/finding.ts'

/**
 * The processes under which a part really passes wall thickness and build volume, from the figures in those two findings.
 * Only these may be offered as a way out; empty when no process would do or when the findings are not there.
 */
export function processesThatPass(findings: readonly Finding[]): ProcessId[] {
  const wall = findings.find((f) => f.check === 'wall-thickness')
  const build = findings.find((f) => f.check === 'build-volume')
  if (wall === undefined || build === undefined) return []
  const holds = (finding: Finding, key: string) => {
    const figure = finding.detail[key]
    return typeof figure === 'number' && figure <= finding.limit
  }
  return PROCESS_IDS.filter((id) => holds(wall, `${id}BelowHardMm2`) && holds(build, `${id}Percent`))
}
