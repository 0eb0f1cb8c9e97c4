import { fromBase64 } from '../../core/base64.ts'
import type { Context } from '../../core/stage.ts'
import type { Mesh } from '../../core/types.ts'
import type { Policy } from '../../qa/policy.ts'
import { Comparison, giveCorners } from '../comparison.ts'
import type { FileNotes } from '../file-notes.ts'
import { mismatch } from '../file-parts.ts'
import { partText } from '../part-name.ts'
import { placement } from '../threemf.ts'
import type { ModelHandler } from '../verify/model-handler.ts'
import { newPair, unwrapped, wrapped } from './content-key.ts'
import { ASSEMBLY_ID, SEALED_PART } from './names.ts'
import { type OpenedThreeMf, readSealedThreeMf } from './read.io.ts'
import type { SealRecipient } from './recipient.ts'
import type { Sealed } from './seal.io.ts'

/** What a sealed file was made from. */
export interface SealedFrom {
  readonly meshes: readonly Mesh[]
  readonly notes: FileNotes
  readonly recipients: readonly SealRecipient[]
}

/** The content key as a recipient gets it: wrapped for a new RSA pair and unwrapped by its private half. */
async function throughPair(contentKey: CryptoKey): Promise<CryptoKey> {
  const { publicKey, privateKey } = await newPair(2048)
  return unwrapped(await wrapped(contentKey, publicKey), privateKey)
}

/** Whether the file names these recipients and no other, each with one wrapped key. */
function isFor({ store }: OpenedThreeMf, recipients: readonly SealRecipient[]): boolean {
  const [group, ...others] = store.groups
  return (
    others.length === 0 &&
    group?.rights.length === recipients.length &&
    store.consumers.length === recipients.length &&
    recipients.every(({ consumerId, keyId, spki }, n) => {
      const named = store.consumers[n]
      // A key that was wrapped by RSA is as long as the modulus, and shorter than the key with its frame.
      const bytes = group.rights[n]?.wrapped.length ?? 0
      const isWrapped = group.rights[n]?.consumer === n && bytes >= 256 && bytes < (fromBase64(spki)?.length ?? 0)
      return named?.id === consumerId && (named.keyId ?? '') === keyId && isWrapped
    })
  )
}

/** The bodies inside, in their order, when all of them are placed as they should and nothing else is. */
function bodiesOf(inner: ModelHandler, { meshes, notes }: SealedFrom): readonly Mesh[] | null {
  const bodies = [...inner.objects.values()].filter(({ mesh }) => mesh !== null)
  const names = notes.parts.map(({ name }) => partText(name))
  const components = inner.objects.get(ASSEMBLY_ID)?.components ?? []
  const place = placement(meshes).split(' ').map(Number).join()
  const isWhole =
    inner.traceId === notes.traceId &&
    inner.objects.size === bodies.length + 1 &&
    bodies.map(({ name }) => name).join() === names.join() &&
    components.map(({ id }) => id).join() === bodies.map(({ id }) => id).join() &&
    components.every(({ transform }) => transform.join() === place)
  return isWhole ? bodies.flatMap(({ mesh }) => (mesh ? [mesh] : [])) : null
}

/**
 * Reads a sealed file back as a recipient does, by a private key, and compares it with what it was made from: recipients, names,
 * places, each corner. Throws 'export/mismatch', and what readSealedThreeMf() throws.
 */
export async function requireSealed(sealed: Sealed, from: SealedFrom, policy: Policy, ctx: Context): Promise<void> {
  const key = await throughPair(sealed.contentKey)
  const opened = await readSealedThreeMf(sealed.file, async () => key, ctx)
  const inner = opened.models.get(SEALED_PART)
  const bodies = inner ? bodiesOf(inner, from) : null
  const comparison = new Comparison(from.meshes)
  for (const mesh of bodies ?? []) giveCorners(mesh, (corners) => comparison.take(corners))
  if (bodies && isFor(opened, from.recipients) && comparison.isWhole && comparison.maxErrorMm <= policy.fileRereadMm)
    return
  throw mismatch('The sealed file read back is not the model that was checked, so it was not kept. Save it again.', {
    maxErrorMm: comparison.maxErrorMm,
  })
}
