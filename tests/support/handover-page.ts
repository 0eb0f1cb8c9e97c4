import { collected } from '../../src/core/bytes.ts'
import { sha256 } from '../../src/core/hash.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import { openStream } from '../../src/export/handover/age.ts'
import { openHandover } from '../../src/export/handover/open.ts'
import { printStation } from '../../src/export/handover/print-station.ts'
import { content, NOW, opening, orderFor, sealedOrder, testStation } from './handover.ts'

const here = await testStation('Print room')

function dataUrl(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(file)
  })
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'opened',
    (error: { readonly code?: string }) => error.code ?? String(error),
  )

/** What the hand-over does in a browser, for a test that drives this page from outside. */
const handoverPage = {
  recipient: here.identity.recipient,
  /** SHA-256 of what is in a file that was sealed for this page. */
  async openedDigest(sealed: Blob): Promise<string> {
    return sha256(await collected(await openStream(sealed, (header) => here.identity.fileKey(header))))
  },
  /** A hand-over of `content(length)` for another key, as a data URL. */
  async sealedFor(recipient: string, length: number): Promise<string> {
    const other = { ...here, pinned: { ...here.pinned, ...(await printStation(recipient, 'Other')) } }
    return dataUrl(await sealedOrder(await orderFor(content(length), other), other))
  },
  /** Opened once, opened twice, with one flipped bit, and by another station. */
  async outcomes(length: number): Promise<string[]> {
    const sealed = await sealedOrder(await orderFor(content(length), here), here)
    const bytes = new Uint8Array(await sealed.arrayBuffer())
    const flipped = bytes.with(-1, (bytes.at(-1) ?? 0) ^ 1)
    const desk = opening(here, NOW)
    const first = await openHandover(sealed, desk, IDLE_CONTEXT)
    const plain = new Uint8Array(await first.file.arrayBuffer())
    const isSame = (await sha256(plain)) === (await sha256(content(length)))
    return [
      isSame ? 'same' : 'other bytes',
      await codeOf(openHandover(sealed, desk, IDLE_CONTEXT)),
      await codeOf(openHandover(new Blob([flipped]), opening(here), IDLE_CONTEXT)),
      await codeOf(openHandover(sealed, opening(await testStation('Other')), IDLE_CONTEXT)),
    ]
  },
}
export type HandoverPage = typeof handoverPage
Reflect.set(globalThis, 'handoverPage', handoverPage)
