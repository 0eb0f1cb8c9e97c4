import { BLOCK_BYTES, blockAt, blocksIn } from './slot-file.ts'

/** Where a site keeps files of its own; tests give theirs. */
export type Files = Pick<StorageManager, 'getDirectory'>
type Handle = FileSystemSyncAccessHandle

const ZEROS = new Uint8Array(BLOCK_BYTES)

/** The file of slots while this tab alone may write it. Every write is in place: what was there is gone. */
export class OpenSlotFile {
  readonly #handle: Handle

  constructor(handle: Handle) {
    this.#handle = handle
  }

  read(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#handle.getSize())
    let at = 0
    for (let read = -1; at < bytes.length && read !== 0; at += read)
      read = this.#handle.read(bytes.subarray(at), { at })
    return bytes.subarray(0, at)
  }

  /** These blocks as one half, zeros behind them, and on the disk when it returns. */
  write(half: 0 | 1, blocks: Uint8Array): void {
    const count = Math.max(blocks.length / BLOCK_BYTES, blocksIn(this.#handle.getSize(), half))
    for (let n = 0; n < count; n++) {
      const block = blocks.subarray(n * BLOCK_BYTES, (n + 1) * BLOCK_BYTES)
      this.#put(block.length > 0 ? block : ZEROS, blockAt(half, n))
    }
    this.#handle.flush()
  }

  close(): void {
    this.#handle.close()
  }

  /** A full disk may take a part only. */
  #put(block: Uint8Array, at: number): void {
    if (this.#handle.write(block as Uint8Array<ArrayBuffer>, { at }) !== block.length)
      throw new DOMException('The disk took a part only.', 'QuotaExceededError')
  }
}

/** The file of the slots of one vault, in the site's own folder (OPFS). Each call throws what the browser throws. */
export class SlotFile {
  readonly #files: Files
  readonly #name: string

  constructor(files: Files, store: string) {
    this.#files = files
    this.#name = `${store}.slots`
  }

  /** For writing, by one tab at a time: 'NoModificationAllowedError' while another one has it. */
  async open(): Promise<OpenSlotFile> {
    const directory = await this.#files.getDirectory()
    const file = await directory.getFileHandle(this.#name, { create: true })
    return new OpenSlotFile(await file.createSyncAccessHandle())
  }

  /** As it is now, also while another tab writes it. 'NotFoundError' where there is none. */
  async read(): Promise<Uint8Array<ArrayBuffer>> {
    const directory = await this.#files.getDirectory()
    const file = await (await directory.getFileHandle(this.#name)).getFile()
    return new Uint8Array(await file.arrayBuffer())
  }
}
