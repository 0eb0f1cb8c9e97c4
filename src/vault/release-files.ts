import { utf8 } from '../core/bytes.ts'
import type { CheckId } from '../core/finding.ts'
import { sha256, toHex } from '../core/hash.ts'
import { canonicalJson } from '../trace/canonical.ts'
import { policyDigest } from '../trace/policy-digest.ts'
import { releaseStatement } from '../trace/release-statements.ts'
import type { Maker, Subject } from '../trace/statement.ts'
import { addLine, type OpenRelease, releasesOf } from './approval.ts'
import { approvedPart } from './approved-part.ts'
import type { AuditRecord } from './case.ts'
import { readCaseLog } from './case-log.ts'
import type { PersonKeys } from './person-keys.ts'
import type { CaseRow } from './records.ts'
import { denied } from './roles.ts'
import type { OpenVault } from './vault-keys.ts'

/** Files that an operator wrote from what was released to them. */
export interface ReleasedFiles {
  /** Of every body of the part, each used up by this operator before. */
  readonly tokens: readonly string[]
  readonly files: readonly Subject[]
  /** Fingerprint of the one station that may print them; null where whoever has them may. */
  readonly station: string | null
}

const NONCE_BYTES = 32
const CODE = 'release-files'

/** What this operator used up by these tokens, once each, and said nothing of yet. Throws 'vault/denied' ('replayed'). */
function usedUp(all: readonly OpenRelease[], log: readonly AuditRecord[], tokens: readonly string[], by: string) {
  const done = log.filter((line) => line.outcome === 'done' && line.by === by)
  const isUsed = (token: string) => done.some(({ code, digests }) => code === 'release' && digests[1] === token)
  const isSaid = (token: string) => done.some(({ code, digests }) => code === CODE && digests.includes(token))
  return tokens.map((token) => {
    const one = all.find((release) => release.token === token && release.usedAt !== undefined)
    if (!one || !isUsed(token) || isSaid(token)) throw denied('release', 'replayed')
    return one
  })
}

/**
 * Signs which files an operator wrote from what was released to them, and for which station, and writes it down: once for each
 * approval. Returns the envelope as canonical JSON. Throws 'vault/denied' ('replayed'; 'stale' when a body of the part is missing).
 */
export async function releaseFiles(
  vault: OpenVault,
  operator: PersonKeys,
  row: CaseRow,
  { tokens, files, station }: ReleasedFiles,
): Promise<Uint8Array> {
  const { releases } = await operator.caseKeys(row)
  if (!releases) throw denied('release', 'role')
  const log = await readCaseLog(vault.records, operator, row)
  const digests = await Promise.all(tokens.map((token) => sha256(utf8(token))))
  const used = usedUp(await releasesOf(row, releases), log, digests, operator.me.id)
  const said = approvedPart(used[0]?.said)
  if (!said || files.length === 0) throw denied('release', 'stale')
  const isWhole = said.bodies.every(({ meshDigest }) => used.some(({ digest }) => digest === meshDigest))
  if (!isWhole) throw denied('release', 'stale')
  const at = vault.now().toISOString()
  const maker: Maker = { signer: await vault.signer(), role: 'operator', at, policy: await policyDigest(said.policy) }
  const made = await releaseStatement(maker, {
    files,
    checked: said.bodies.map(({ meshDigest }) => meshDigest),
    approval: null,
    accepted: said.acknowledgements.map(({ check }) => check as CheckId),
    ...{ policyId: said.policy, revision: 1, traceId: said.traceId, recipient: station, reprintOf: null },
    nonce: toHex(crypto.getRandomValues(new Uint8Array(NONCE_BYTES))),
  })
  await addLine(vault, operator, row, { at, code: CODE, digests: [made.digest, ...digests] })
  return utf8(canonicalJson(made.envelope))
}
