import type { ErrorCode } from '../core/errors.ts'

/** Running work. Every job can be cancelled. */
export interface JobView {
  /** Name of the stage that runs ('scan', 'threshold', 'smooth', ...); the catalogue has its words. */
  readonly stage: string
  readonly fraction: number
  readonly secondsLeft: number | null
}

/** What the last finished step changed; the catalogue makes the sentence. */
export interface ChangeView {
  readonly stage: string
  readonly from: number
  readonly to: number
  /** mm3 of the mask, triangles of the mesh, or findings that do not pass. */
  readonly unit: 'mm3' | 'triangles' | 'findings'
}

export interface Problem {
  readonly code: ErrorCode | 'app/bug'
  readonly message: string
}

export interface ComputeView {
  readonly backend: 'webgpu' | 'cpu'
  readonly adapter: string
  /** Why the CPU is used: no WebGPU, a software adapter, or it did not fit; null on a real adapter. */
  readonly reason: 'no-webgpu' | 'software-adapter' | 'chosen' | null
}
