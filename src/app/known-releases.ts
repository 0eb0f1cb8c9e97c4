import { isText } from '../core/shape.ts'
import { EXTENSION } from '../export/file-parts.ts'
import type { AssetInfo, CaseRecord } from '../vault/case.ts'
import type { CaseState } from './case-state.ts'
import type { Workers } from './workers.ts'

/** A part that left this program, as its case remembers it. */
export interface CaseRelease {
  readonly traceId: string
  /** SHA-256 of every file that was written of it. */
  readonly fileDigests: readonly string[]
  readonly caseId: string
  readonly pseudonym: string
  /** A file of it that is still kept and can be read; null when there is none. */
  readonly kept: { readonly assetId: string; readonly fileName: string } | null
}

type Exported = { readonly traceId: string; readonly digest: string }

/** Kinds of kept files, the one that is read first of several: names and colours are no matter here. */
const READ_FROM = ['3mf', 'ply', 'obj', 'stl'] as const
type ReadKind = (typeof READ_FROM)[number]

const kindOf = ({ type }: AssetInfo): ReadKind | null => READ_FROM.find((kind) => type === `export-${kind}`) ?? null

const traceIdIn = (params: unknown): string | null =>
  typeof params === 'object' && params !== null && 'traceId' in params && isText(params.traceId) ? params.traceId : null

/** What was written of a case, the oldest first. */
export function exportsOf({ trace }: Pick<CaseRecord, 'trace'>): readonly Exported[] {
  return trace.flatMap(({ stage, params, outputDigest }) => {
    const traceId = stage === 'export' ? traceIdIn(params) : null
    return traceId === null ? [] : [{ traceId, digest: outputDigest }]
  })
}

/** Which of several files of one part: each holds another body. Empty for a file that holds the whole. */
function bodyOf(asset: AssetInfo, slots: ReadonlyMap<string, string>): string {
  return slots.get(asset.id)?.split('/')[1] ?? ''
}

/** Digests of the files of one release. */
export const releaseOutputs = (trace: CaseRecord['trace'], traceId: string): readonly string[] => [
  ...new Set(exportsOf({ trace }).flatMap((one) => (one.traceId === traceId ? [one.digest] : []))),
]

/** The best of the kept files that hold the same. */
function bestFiles(assets: readonly AssetInfo[], slots: ReadonlyMap<string, string>): readonly AssetInfo[] {
  const best = new Map<string, AssetInfo>()
  for (const kind of READ_FROM)
    for (const asset of assets) {
      const body = bodyOf(asset, slots)
      if (kindOf(asset) === kind && !best.has(body)) best.set(body, asset)
    }
  return [...best.values()]
}

/** What left this program of a case, the newest first; of a part in several files one entry for each body that is kept. */
export function releasesOf(record: CaseRecord): readonly CaseRelease[] {
  const exported = exportsOf(record)
  const state = record.state as unknown as CaseState | null
  const slots = new Map(Object.entries(state?.assets ?? {}).map(([slot, id]) => [id, slot]))
  const ids = [...new Set(exported.map(({ traceId }) => traceId))].toReversed()
  return ids.flatMap((traceId): readonly CaseRelease[] => {
    const fileDigests = exported.filter((one) => one.traceId === traceId).map(({ digest }) => digest)
    const common = { traceId, fileDigests, caseId: record.id, pseudonym: record.meta.pseudonym }
    const files = bestFiles(
      record.assets.filter(({ digest }) => fileDigests.includes(digest)),
      slots,
    )
    if (files.length === 0) return [{ ...common, kept: null }]
    return files.map((asset) => ({
      ...common,
      kept: { assetId: asset.id, fileName: `part.${EXTENSION[kindOf(asset) ?? 'stl']}` },
    }))
  })
}

/** What left this program of every case in the open vault that can be read, the newest case first. */
export async function knownReleases({ vault }: Workers, signal: AbortSignal): Promise<readonly CaseRelease[]> {
  const cases = await vault.call((api) => api.listCases(), signal)
  const found: CaseRelease[] = []
  for (const { id, unreadable } of cases) {
    if (unreadable === null) found.push(...releasesOf(await vault.call((api) => api.openCase(id), signal)))
  }
  return found
}
