import type { Finding } from '../../core/finding.ts'
import type { Bounds } from '../../core/mesh.ts'
import { finding, grade, shownLimit } from '../grade.ts'
import type { Policy } from '../policy.ts'

/** Per axis how far either face of the box moved against the mask's surface, in mm: catches scale, shift and clipping. */
export function checkBoundingBox(mesh: Bounds, reference: Bounds, policy: Policy): Finding {
  const moved = (axis: 0 | 1 | 2) =>
    Math.max(Math.abs(mesh.min[axis] - reference.min[axis]), Math.abs(mesh.max[axis] - reference.max[axis]))
  const [xMm, yMm, zMm] = [moved(0), moved(1), moved(2)]
  const value = Math.max(xMm, yMm, zMm)
  return finding(policy, {
    check: 'bounding-box',
    level: grade(value, policy.boundingBoxMm),
    value,
    limit: shownLimit(policy.boundingBoxMm),
    unit: 'mm',
    detail: { xMm, yMm, zMm },
  })
}
