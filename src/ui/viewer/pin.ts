import type { Vec3 } from '../../core/types.ts'

/** A numbered place on the part. */
export interface Pin {
  readonly key: string
  readonly at: Vec3
  readonly level: 'warn' | 'fail'
  readonly number: number
  readonly value: string
  /** What is said beside the pin while it is being looked at. */
  readonly tag: readonly [string, string]
  readonly here: boolean
}
