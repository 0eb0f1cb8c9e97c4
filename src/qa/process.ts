import type { ProcessId } from '../core/finding.ts'
import type { Vec3 } from '../core/types.ts'

/** What a way of printing can hold, in mm. */
export interface Process {
  readonly id: ProcessId
  /** Walls below this print, but not well. */
  readonly advisedWallMm: number
  /** Walls below this are dropped or break. */
  readonly hardWallMm: number
  /** Default machine; any axis order is allowed when a part is placed in it. */
  readonly buildMm: Vec3
  readonly machine: string
}

/**
 * Wall limits: the project's process table (0.4 mm nozzle for FDM: PrusaSlicer drops walls below 0.45 mm, issue 5971).
 * Build volumes: the makers' published figures of a common machine each; a site with another machine states its own.
 */
export const PROCESSES: Readonly<Record<ProcessId, Process>> = {
  fdm: { id: 'fdm', advisedWallMm: 1.2, hardWallMm: 0.8, buildMm: [250, 210, 220], machine: 'Prusa MK4' },
  sla: { id: 'sla', advisedWallMm: 1.0, hardWallMm: 0.5, buildMm: [145, 145, 185], machine: 'Formlabs Form 3B' },
  sls: { id: 'sls', advisedWallMm: 0.8, hardWallMm: 0.7, buildMm: [165, 165, 300], machine: 'Formlabs Fuse 1' },
  mjf: { id: 'mjf', advisedWallMm: 1.0, hardWallMm: 0.5, buildMm: [380, 284, 380], machine: 'HP Jet Fusion 5200' },
  polyjet: { id: 'polyjet', advisedWallMm: 1.0, hardWallMm: 0.6, buildMm: [490, 390, 200], machine: 'Stratasys J750' },
}
