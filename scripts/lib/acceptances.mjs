// @ts-check
import { loadTypeScript } from './load-ts.mjs'
import { inRoot } from './root.mjs'

const REASON = 'evidence run: nobody prints this part'

/** @typedef {{ check: string, level: string }} Finding */

/** What accepts every finding that the teaching policy lets the designer accept: options of `npm run pipeline`. @returns {Promise<string[]>} */
export async function acceptAll() {
  const [policy] = await loadTypeScript([inRoot('src', 'qa', 'policy.ts')])
  const { POLICIES } = /** @type {typeof import('../../src/qa/policy.ts')} */ (policy)
  return POLICIES.teaching.acknowledgeable.flatMap((check) => ['--acknowledge', `${check}=${REASON}`])
}

/** Findings that would have refused, and were accepted. @template {Finding} F @returns {F[]} */
export const acceptedOf = (/** @type {readonly F[]} */ findings, /** @type {readonly string[]} */ refusedBy) =>
  findings.filter(({ check, level }) => level === 'fail' && !refusedBy.includes(check))
