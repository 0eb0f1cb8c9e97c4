import { sha256 } from '../../src/core/hash.ts'
import type { JsonValue } from '../../src/core/json.ts'
import { nextEntry, type TraceEntry } from '../../src/trace/chain.ts'
import { lineage } from '../../src/trace/lineage.ts'
import { recipeOf } from '../../src/trace/recipe.ts'
import { traceId } from '../../src/trace/trace-id.ts'
import { logOf, NO_LINES, openLines, sealLines } from '../../src/vault/audit-lines.ts'
import type { CaseInit, NewAsset } from '../../src/vault/case.ts'
import { openById } from '../../src/vault/cases.ts'
import { rootOf, slotFor } from '../../src/vault/entry.ts'
import { sealManifest } from '../../src/vault/manifest.ts'
import { VaultStore } from '../../src/vault/store.io.ts'
import type { Vault } from '../../src/vault/vault.io.ts'
import { masterKeys, type OpenVault } from '../../src/vault/vault-keys.ts'
import { passingFindings } from './findings.ts'
import { change, INIT, PASSPHRASE, profileFiles, rawStore } from './vault.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)
export const digestOf = (text: string): Promise<string> => sha256(utf8(text))

export const PLANNED: CaseInit = { ...INIT, policy: 'planning' }

/** A part as the app stores it: each step with its trace entry; findings with what a statement needs of them. */
export async function designed(vault: Vault, caseId: string, name = 'part', policy: CaseInit['policy'] = 'planning') {
  let trace: readonly TraceEntry[] = (await vault.openCase(caseId)).trace
  const step = async (stage: string, inputs: string[], output: string, params: JsonValue, assets: NewAsset[] = []) => {
    const told = { backend: 'cpu', adapter: 'test', ms: 5, at: new Date().toISOString() } as const
    const entry = await nextEntry(trace, {
      ...{ stage, version: 1, params, inputDigests: inputs, outputDigest: output },
      ...told,
    })
    trace = [...trace, entry]
    await vault.commit(caseId, change(assets, { trace: [entry], audit: [] }))
  }
  const scan = trace[0]?.outputDigest ?? (await digestOf('scan'))
  const weights = await digestOf('weights')
  const made = async (what: string) => digestOf(`${name} ${what}`)
  const [outcome, mask, mesh, found] = [
    await made('outcome'),
    await made('mask'),
    await made('mesh'),
    await made('found'),
  ]
  if (trace.length === 0) await step('scan', [], scan, {})
  await step('infer', [scan, weights], outcome, { model: 'head', version: '1.0.0', sha256: weights, members: 4 })
  await step('promote', [outcome], mask, {})
  const bytes = utf8(`${name} mesh`)
  await step('surface', [mask], mesh, { reason: 'x' }, [
    { type: 'mesh', digest: mesh, meta: null, bytes: new Uint8Array(12) },
  ])
  const findings = passingFindings(policy).map(({ check, level, hard }) => ({ check, level, hard }))
  const facts = { meshDigest: mesh, findings, begins: true } as unknown as JsonValue
  await step('check', [mesh, mesh], found, { policy }, [{ type: 'findings', digest: found, meta: facts, bytes }])
  const id = await traceId(recipeOf(lineage(trace, found)))
  const said = { policy, traceId: id, acknowledgements: [], bodies: [{ meshDigest: mesh }] }
  return { trace, scan, mesh, found, weights, traceId: id, said, step }
}

/** Makes of a stored case of one person what a version without entries and statements would have stored. */
export async function asStoredBefore(caseId: string): Promise<void> {
  const vault = await ownKeys()
  const { row, key, manifest } = await openById(vault, caseId)
  const log = await logOf(key, caseId)
  const lines = await openLines(log, manifest, await vault.records.audit(caseId))
  const plain = lines.map(({ at, code, outcome, digests }) => ({ at, code, outcome, digests }))
  const { sealed, ...end } = await sealLines(log, NO_LINES, plain)
  const { entries: _entries, stated: _stated, ...before } = manifest
  const old = await sealManifest(key, { ...before, ...end })
  await rawStore('readwrite', (s) => {
    s.cases.put({ ...row, manifest: old })
    for (const { seq, line } of sealed) s.audit.put(line, [caseId, seq])
  })
}

/** What its owner opens, past the vault. */
async function ownKeys(): Promise<OpenVault> {
  const records = new VaultStore('proofprint-vault', profileFiles())
  const proof = { passphrase: PASSPHRASE }
  const master = await rootOf(records, await slotFor(records, proof), proof, 1000)
  const signer = () => Promise.reject(new Error('signs nothing'))
  return { records, keys: masterKeys(master), signer, now: () => new Date(), assertOpen: () => {} }
}
