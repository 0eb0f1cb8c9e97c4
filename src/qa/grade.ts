import type { CheckId, Finding, FindingUnit, Place } from '../core/finding.ts'
import type { Limit, Policy } from './policy.ts'

export type Level = Finding['level']

/** Level of a value that must not exceed its limits; equal to a limit holds. A value that is no number fails. */
export function grade(value: number, limit: Limit): Level {
  if (Number.isNaN(value)) return 'fail'
  if (limit.fail !== null && value > limit.fail) return 'fail'
  return limit.warn !== null && value > limit.warn ? 'warn' : 'pass'
}

/** The limit a finding shows: the one that refuses, else the one that warns. */
export function shownLimit(limit: Limit): number {
  return limit.fail ?? limit.warn ?? Number.POSITIVE_INFINITY
}

/** At most this many places are listed for one finding. */
export const MAX_PLACES = 12

export interface FindingParts {
  readonly check: CheckId
  readonly level: Level
  readonly value: number
  readonly limit: number
  readonly unit: FindingUnit
  readonly detail?: Finding['detail']
  readonly places?: readonly Place[]
}

/** Completes a finding: by which policy, whether the policy lets anybody waive it, and no more places than a person can visit. */
export function finding(policy: Policy, { detail = {}, places = [], ...parts }: FindingParts): Finding {
  const hard = !policy.acknowledgeable.includes(parts.check)
  const { id, version } = policy
  return { ...parts, policy: { id, version }, hard, detail, places: places.slice(0, MAX_PLACES) }
}
