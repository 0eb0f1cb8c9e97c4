import { toBase64 } from '../core/base64.ts'
import { PipelineError } from '../core/errors.ts'
import { sha256 } from '../core/hash.ts'
import type { JsonValue } from '../core/json.ts'
import type { AuditEntry } from '../trace/audit-log.ts'
import { type Actor, bundleManifest, bundleText } from '../trace/bundle.ts'
import { canonicalJson } from '../trace/canonical.ts'
import { verifyChain } from '../trace/chain.ts'
import { lineage } from '../trace/lineage.ts'
import { originOf } from '../trace/log-end.ts'
import { publicTrace } from '../trace/public-trace.ts'
import { type Recipe, recipeOf } from '../trace/recipe.ts'
import { appDigest, makerOf } from './case-entries.ts'
import { commitChange, openById } from './cases.ts'
import { checkpointsIn } from './log-checkpoints.ts'
import { addToLog, logFor } from './log-of.ts'
import type { Manifest } from './manifest.ts'
import type { PersonKeys } from './person-keys.ts'
import { denied } from './roles.ts'
import { ofKind, type SaidLine, saidLines } from './said-lines.ts'
import type { OpenVault } from './vault-keys.ts'

const tampered = () =>
  new PipelineError('vault/tampered', 'What is kept of this case does not hold together. Nothing was signed.')

type Acted = Pick<AuditEntry, 'actorKeyId' | 'role' | 'keyStrength' | 'time'>

/** Whoever wrote in a log: each key with each way it was kept. A key is valid from when it is first seen. */
async function actorsOf(vault: OpenVault, person: PersonKeys | null, entries: readonly Acted[]): Promise<Actor[]> {
  const own = await vault.signer()
  const known = new Map([
    [own.keyId, { publicKey: own.publicKey, from: null as string | null, until: null as string | null }],
  ])
  for (const { sign, createdAt, revokedAt } of person?.people.values() ?? [])
    known.set(await sha256(sign), { publicKey: sign, from: createdAt, until: revokedAt })
  const actors = new Map<string, Actor>()
  for (const { actorKeyId: keyId, role, keyStrength, time } of entries) {
    const place = `${keyId} ${keyStrength}`
    if (actors.has(place)) continue
    const key = known.get(keyId)
    if (!key) throw tampered()
    const first = [...actors.values()].find((actor) => actor.keyId === keyId)?.from
    const from = first ?? (key.from !== null && key.from < time ? key.from : time)
    const publicKey = toBase64(key.publicKey)
    actors.set(place, { keyId, publicKey, role, keyStrength, from, until: key.until })
  }
  return [...actors.values()]
}

/** The recipe of each part that was released. */
async function recipesOf(manifest: Manifest, lines: readonly SaidLine[]): Promise<Recipe[]> {
  const shown = await publicTrace(manifest.trace)
  const checks = new Set(shown.filter(({ stage }) => stage === 'check').map(({ outputDigest }) => outputDigest))
  const recipes = ofKind(lines, 'release').map(({ said }) =>
    recipeOf(lineage(shown, ...said.materials.filter((digest) => checks.has(digest)))),
  )
  return [...new Map(recipes.map((one) => [canonicalJson(one as unknown as JsonValue), one])).values()]
}

/** Released files that the case keeps. */
function filesOf({ assets }: Manifest, lines: readonly SaidLine[]) {
  const released = ofKind(lines, 'release').flatMap(({ subjects }) => subjects)
  const kept = released.flatMap(({ name, digest }) => {
    const asset = assets.find((one) => one.digest === digest)
    return asset ? [{ name, digest, bytes: asset.bytes }] : []
  })
  return [...new Map(kept.map((file) => [file.digest, file])).values()]
}

/**
 * The evidence bundle of a case: what its people signed when it happened, as the vault kept it. That it was made is written down in the
 * log, under a checkpoint, and ends it. What an older version left unstated is stated first, by its designer. Throws 'vault/denied'
 * ('not-stated' to a reviewer then), 'vault/missing', 'vault/tampered', 'trace/clock-behind'.
 */
export async function caseEvidence(vault: OpenVault, person: PersonKeys | null, caseId: string): Promise<string> {
  const before = await openById(vault, caseId)
  if ((before.manifest.stated?.count ?? 0) < before.manifest.trace.length) {
    if (vault.keys.who?.role === 'reviewer') throw denied('open', 'not-stated')
    await commitChange(vault, caseId, { assets: [], trace: [], audit: [] })
  }
  const { manifest } = await openById(vault, caseId)
  if (!(await verifyChain(manifest.trace)).ok) throw tampered()
  const records = await logFor(vault, person, caseId)
  const maker = await makerOf(vault)
  const entries = records.flatMap(({ entry }) => entry ?? [])
  const { signer, role } = maker
  const closing = { actorKeyId: signer.keyId, role, keyStrength: signer.strength, time: maker.at }
  const lines = saidLines(records)
  const evidence = {
    actors: await actorsOf(vault, person, [...entries, closing]),
    recipes: await recipesOf(manifest, lines),
    trace: manifest.trace,
    statements: records.flatMap(({ statement }) => statement ?? []),
    files: filesOf(manifest, lines),
  }
  const [origin, app, checkpoints] = [await originOf(caseId), await appDigest, checkpointsIn(records).length]
  const log = { origin, app, at: maker.at, entries: entries.length, checkpoints }
  const { manifest: head, digest } = await bundleManifest(evidence, log)
  await addToLog(vault, person, caseId, [{ code: 'bundle', digests: [digest] }], maker)
  const after = await logFor(vault, person, caseId)
  const kept = { entries: after.flatMap(({ entry }) => entry ?? []), checkpoints: checkpointsIn(after) }
  return bundleText(head, evidence, kept)
}
