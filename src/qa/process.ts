import type { ProcessId } from '../core/finding.ts'
import type { Vec3 } from '../core/types.ts'

/** What a way of printing can hold, in mm. */
export interface Process {
  readonly id: ProcessId
  /** Walls below this print, but not well. */
  readonly advisedWallMm: number
  /** Walls below this are dropped or break. */
  readonly hardWallMm: number
  /** Thinner pins and ridges are lost. */
  readonly leastFeatureMm: number
  /** Narrower holes close. */
  readonly leastHoleMm: number
  /** Strokes of raised or sunk text: least width, and height or depth. */
  readonly embossWidthMm: number
  readonly embossDepthMm: number
  /** Gap on each side between parts that shall slide, and between parts that shall hold. */
  readonly looseClearanceMm: number
  readonly tightClearanceMm: number
  /** What lets powder out of a cavity; null where the process leaves none, or no figure is published here. */
  readonly escape: { readonly holes: number; readonly diameterMm: number } | null
  /** Default machine; any axis order is allowed when a part is placed in it. */
  readonly buildMm: Vec3
  readonly machine: string
}

/**
 * All but the machines: the project's process table (0.4 mm nozzle for FDM: PrusaSlicer drops walls below 0.45 mm, issue 5971).
 * Build volumes: the maker's published specification of one common machine each; a site with another machine states its own.
 * - Prusa MK4, Prusa Research, technical parameters: 250 x 210 x 220 mm
 * - Form 3B, Formlabs, technical specifications: 145 x 145 x 185 mm
 * - Fuse 1, Formlabs, technical specifications: 165 x 165 x 300 mm
 * - HP Jet Fusion 5200, HP, product data sheet, effective building volume: 380 x 284 x 380 mm
 * - Stratasys J750, Stratasys, product specifications, net build size: 490 x 390 x 200 mm
 */
export const PROCESSES: Readonly<Record<ProcessId, Process>> = {
  fdm: {
    id: 'fdm',
    advisedWallMm: 1.2,
    hardWallMm: 0.8,
    leastFeatureMm: 2,
    leastHoleMm: 2,
    embossWidthMm: 1,
    embossDepthMm: 1.5,
    looseClearanceMm: 0.4,
    tightClearanceMm: 0.2,
    escape: null,
    buildMm: [250, 210, 220],
    machine: 'Prusa MK4',
  },
  sla: {
    id: 'sla',
    advisedWallMm: 1,
    hardWallMm: 0.5,
    leastFeatureMm: 0.5,
    leastHoleMm: 0.5,
    embossWidthMm: 0.5,
    embossDepthMm: 0.4,
    looseClearanceMm: 0.3,
    tightClearanceMm: 0.15,
    escape: null,
    buildMm: [145, 145, 185],
    machine: 'Formlabs Form 3B',
  },
  sls: {
    id: 'sls',
    advisedWallMm: 0.8,
    hardWallMm: 0.7,
    leastFeatureMm: 0.5,
    leastHoleMm: 1.5,
    embossWidthMm: 0.8,
    embossDepthMm: 0.8,
    looseClearanceMm: 0.5,
    tightClearanceMm: 0.2,
    escape: { holes: 1, diameterMm: 3.5 },
    buildMm: [165, 165, 300],
    machine: 'Formlabs Fuse 1',
  },
  mjf: {
    id: 'mjf',
    advisedWallMm: 1,
    hardWallMm: 0.5,
    leastFeatureMm: 0.5,
    leastHoleMm: 0.5,
    embossWidthMm: 0.5,
    embossDepthMm: 0.5,
    looseClearanceMm: 0.5,
    tightClearanceMm: 0.2,
    escape: { holes: 2, diameterMm: 3 },
    buildMm: [380, 284, 380],
    machine: 'HP Jet Fusion 5200',
  },
  polyjet: {
    id: 'polyjet',
    advisedWallMm: 1,
    hardWallMm: 0.6,
    leastFeatureMm: 0.5,
    leastHoleMm: 0.5,
    embossWidthMm: 0.5,
    embossDepthMm: 0.3,
    looseClearanceMm: 0.3,
    tightClearanceMm: 0.15,
    escape: null,
    buildMm: [490, 390, 200],
    machine: 'Stratasys J750',
  },
}
