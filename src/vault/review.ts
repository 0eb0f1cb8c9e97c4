import { PipelineError } from '../core/errors.ts'
import type { JsonValue } from '../core/json.ts'
import { addLines, isByReviewer, isLate, releasesOf, sealReleases } from './approval.ts'
import { makerOf } from './case-entries.ts'
import type { PersonKeys } from './person-keys.ts'
import type { CaseRow } from './records.ts'
import { denied } from './roles.ts'
import type { OpenVault } from './vault-keys.ts'

/** An approval as those on the case see it. */
export interface KnownApproval {
  readonly case: string
  readonly by: string
  readonly at: string
  readonly revision: number
  readonly digest: string
  readonly said: JsonValue
  /** Whether it still is of the case as it stands, within its time and not used up. */
  readonly holds: boolean
  readonly usedAt: string | null
  /** Only for an operator. */
  readonly token: string | null
}

/** Approvals of a case whose signature holds, oldest first. Throws 'vault/denied' without a key to them. */
export async function approvalsOf(vault: OpenVault, person: PersonKeys, row: CaseRow): Promise<KnownApproval[]> {
  const { releases } = await person.caseKeys(row)
  if (!releases) throw denied('open', 'role')
  const isOperator = vault.keys.who?.role === 'operator'
  const known: KnownApproval[] = []
  for (const one of await releasesOf(row, releases)) {
    if (!(await isByReviewer(person, row.id, one))) continue
    const { by, at, revision, digest, said = null, secret, usedAt = null } = one
    const holds = usedAt === null && revision === row.revision && !isLate(at, vault.now())
    known.push({
      case: row.id,
      by,
      at,
      revision,
      digest,
      said,
      holds,
      usedAt,
      token: isOperator && holds ? secret : null,
    })
  }
  return known
}

/** A word of a closed list, as it stands in the code of an audit line. */
const isReason = (reason: string) => /^[a-z-]{1,32}$/.test(reason)
export const LONGEST_WORDS = 300

/**
 * A reviewer gives a case back: what was approved of it ends, and a line says why. The code of the line is the reason, its `words` what the
 * reviewer added. Throws 'vault/denied' for anybody else, 'app/bad-parameter'.
 */
export async function sendBack(
  vault: OpenVault,
  person: PersonKeys,
  row: CaseRow,
  reason: string,
  words: string,
): Promise<void> {
  if (vault.keys.who?.role !== 'reviewer') throw denied('approve', 'role')
  if (!isReason(reason) || words.length > LONGEST_WORDS)
    throw new PipelineError('app/bad-parameter', 'Choose a reason of the list, and add no more than a few sentences.')
  const { releases } = await person.caseKeys(row)
  if (!releases) throw denied('approve', 'role')
  const used = (await releasesOf(row, releases)).filter(({ usedAt }) => usedAt !== undefined)
  const line = { code: `send-back/${reason}`, digests: [], words }
  const left = await sealReleases(row, releases, used)
  await addLines(vault, person, row, [line], await makerOf(vault), { releases: left })
}
