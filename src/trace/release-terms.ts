import { PipelineError } from '../core/errors.ts'
import { sha256, toHex } from '../core/hash.ts'
import { parsedJson } from '../core/json.ts'
import { hasFields, isListOf, isOneOf, isText } from '../core/shape.ts'
import { type KnownKeys, openEnvelope } from './dsse.ts'
import { releaseStatement } from './release-statements.ts'
import { type Maker, PAYLOAD_TYPE, type Subject } from './statement.ts'
import { statementFile } from './statement-file.ts'

const NONCE_BYTES = 32

/** A file that its designer lets one print station print, as teaching allows without a reviewer. */
export interface TeachingRelease {
  readonly files: readonly Subject[]
  /** Digests of the meshes and findings they were written from. */
  readonly checked: readonly string[]
  readonly traceId: string
  /** Fingerprint of the station. */
  readonly station: string
}

/** That release, signed, as a file with the key of its signer. Throws what the signer throws. */
export async function teachingRelease(maker: Maker, release: TeachingRelease): Promise<Uint8Array> {
  const { station: recipient, ...rest } = release
  const nonce = toHex(crypto.getRandomValues(new Uint8Array(NONCE_BYTES)))
  const use = { recipient, nonce, approval: null, accepted: [], reprintOf: null }
  const made = await releaseStatement(maker, { ...rest, ...use, policyId: 'teaching', revision: 1 })
  return statementFile(made.envelope, maker.signer)
}

/** What a signed release says to who opens the file. */
export interface SignedTerms {
  readonly files: readonly string[]
  readonly station: string
  readonly nonce: string
  readonly expires: string
  /** Digest of the payload, by which a receipt names it. */
  readonly release: string
  /** Raw public keys (Ed25519) of who signed it. */
  readonly signedBy: readonly Uint8Array[]
}

const isRelease = hasFields({
  subject: isListOf(hasFields({ digest: hasFields({ sha256: isText }) })),
  predicate: hasFields({
    proofprint: hasFields({ kind: isOneOf(['release']), recipient: isText, nonce: isText, expiresAt: isText }),
  }),
})

/**
 * The terms of a release for one station that one of these keys signed. Throws 'trace/bad-signature' when none of them did,
 * 'trace/bad-envelope' when it is no statement, or no release for a station.
 */
export async function readReleaseTerms(statement: Uint8Array, keys: KnownKeys): Promise<SignedTerms> {
  const { payload, signedBy } = await openEnvelope(parsedJson(statement), PAYLOAD_TYPE, keys)
  return releaseTermsOf(
    payload,
    signedBy.flatMap((id) => keys.get(id) ?? []),
  )
}

/** As readReleaseTerms, of a payload whose signature by these keys was checked. */
export async function releaseTermsOf(payload: Uint8Array, signedBy: readonly Uint8Array[]): Promise<SignedTerms> {
  const said = parsedJson(payload)
  if (!isRelease(said))
    throw new PipelineError(
      'trace/bad-envelope',
      'This is no release for a print station. Have the file released and sealed again.',
    )
  const { recipient, nonce, expiresAt } = said.predicate.proofprint
  const files = said.subject.map(({ digest }) => digest.sha256)
  return { files, station: recipient, nonce, expires: expiresAt, release: await sha256(payload), signedBy }
}
