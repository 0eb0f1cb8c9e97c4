import type { Decision, ReprintReason } from '../print/acceptance.ts'
import { acceptanceStatement, receiptStatement } from '../trace/release-statements.ts'
import type { Maker, SignedStatement } from '../trace/statement.ts'
import { makerOf } from './case-entries.ts'
import { addToLog, logFor } from './log-of.ts'
import type { PersonKeys } from './person-keys.ts'
import { isInTime } from './released-prints.ts'
import { denied } from './roles.ts'
import { ofKind, type SaidLine, saidLines } from './said-lines.ts'
import type { OpenVault } from './vault-keys.ts'

/** A print of a released file, as who printed it wrote it down. */
export interface PrintMade {
  /** SHA-256 of what the print is known by. */
  readonly print: string
  /** Of the files that were printed, of one release. */
  readonly files: readonly string[]
  readonly printer: string
  readonly material: string
  /** What measuring it came to; null while it was not measured. */
  readonly judged: {
    readonly decision: Exclude<Decision, 'open'>
    readonly reasons: readonly ReprintReason[]
    readonly meanMm: number | null
    readonly maxMm: number | null
  } | null
}

/** The newest release of these files that no print used up. Throws 'vault/denied' ('replayed', 'late-release'). */
function releaseOf(lines: readonly SaidLine[], files: readonly string[], at: string): SaidLine {
  const used = ofKind(lines, 'receipt').map(({ said }) => said.release)
  const open = ofKind(lines, 'release').filter(
    ({ digest, subjects }) => !used.includes(digest) && files.every((file) => subjects.some((s) => s.digest === file)),
  )
  const newest = open.at(-1)
  if (!newest || files.length === 0) throw denied('receipt', 'replayed')
  if (!isInTime(newest, at)) throw denied('receipt', 'late-release')
  return newest
}

async function statementsOf(maker: Maker, lines: readonly SaidLine[], made: PrintMade): Promise<SignedStatement[]> {
  const { files, printer, material, judged } = made
  const { digest: release, said } = releaseOf(lines, files, maker.at)
  const print = { name: 'print', digest: made.print }
  const { nonce = '', recipient = null } = said
  const receipt = await receiptStatement(maker, { print, files, release, nonce, recipient, printer, material })
  if (!judged) return [receipt]
  return [receipt, await acceptanceStatement(maker, { print, receipt: receipt.digest, ...judged })]
}

/**
 * Signs that a released file was printed, and what measuring it came to, and writes both down. An operator, or the owner of a vault of
 * one person. Throws 'vault/denied' ('replayed' when the files were not released, or each release of them is used up; 'late-release'),
 * 'trace/clock-behind'.
 */
export async function recordPrint(
  vault: OpenVault,
  person: PersonKeys | null,
  caseId: string,
  made: PrintMade,
): Promise<void> {
  const log = await logFor(vault, person, caseId)
  const maker = await makerOf(vault)
  const said = await statementsOf(maker, saidLines(log), made)
  const lines = said.map((one) => {
    return { code: one.kind === 'receipt' ? 'print' : 'accept-print', digests: [made.print, ...made.files], said: one }
  })
  await addToLog(vault, person, caseId, lines, maker)
}
