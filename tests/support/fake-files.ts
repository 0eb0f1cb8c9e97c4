/** Bytes of a file that can grow. */
interface Stored {
  bytes: Uint8Array<ArrayBuffer>
  held: boolean
}

/** One file of the stand-in while it is written, as a worker gets it: in place, one holder at a time. */
export class FakeAccess {
  readonly #file: Stored
  #closed = false

  constructor(file: Stored) {
    this.#file = file
  }

  #open(): Stored {
    if (this.#closed) throw new DOMException('closed', 'InvalidStateError')
    return this.#file
  }

  getSize(): number {
    return this.#open().bytes.length
  }

  read(into: Uint8Array, { at }: { at: number }): number {
    const part = this.#open().bytes.subarray(at, at + into.length)
    into.set(part)
    return part.length
  }

  write(from: Uint8Array, { at }: { at: number }): number {
    const file = this.#open()
    const size = Math.max(file.bytes.length, at + from.length)
    if (size > file.bytes.length) {
      const grown = new Uint8Array(size)
      grown.set(file.bytes)
      file.bytes = grown
    }
    file.bytes.set(from, at)
    return from.length
  }

  flush(): void {
    this.#open()
  }

  close(): void {
    this.#closed = true
    this.#file.held = false
  }
}

export class FakeHandle {
  readonly #file: Stored

  constructor(file: Stored) {
    this.#file = file
  }

  async createSyncAccessHandle(): Promise<FakeAccess> {
    if (this.#file.held) throw new DOMException('held by another tab', 'NoModificationAllowedError')
    this.#file.held = true
    return new FakeAccess(this.#file)
  }

  async getFile(): Promise<Blob> {
    return new Blob([this.#file.bytes.slice()])
  }
}

/** The folder of one site. */
export class FakeDirectory {
  readonly #files = new Map<string, Stored>()

  async getFileHandle(name: string, { create = false }: { create?: boolean } = {}): Promise<FakeHandle> {
    const file = this.#files.get(name) ?? { bytes: new Uint8Array(), held: false }
    if (!create && !this.#files.has(name)) throw new DOMException('no such file', 'NotFoundError')
    this.#files.set(name, file)
    return new FakeHandle(file)
  }

  async removeEntry(name: string): Promise<void> {
    if (!this.#files.delete(name)) throw new DOMException('no such file', 'NotFoundError')
  }

  async *keys(): AsyncGenerator<string> {
    yield* this.#files.keys()
  }

  /** Past the browser, straight at the disk. */
  raw(name: string): Uint8Array<ArrayBuffer> {
    return this.#files.get(name)?.bytes ?? new Uint8Array()
  }

  put(name: string, bytes: Uint8Array): void {
    this.#files.set(name, { bytes: Uint8Array.from(bytes), held: false })
  }

  /** As after the end of a process: nobody holds anything any more. */
  letGo(): void {
    for (const file of this.#files.values()) file.held = false
  }
}

/** A browser's place for files of a site. */
export class FakeFiles {
  readonly root = new FakeDirectory()

  async getDirectory(): Promise<FileSystemDirectoryHandle> {
    return this.root as unknown as FileSystemDirectoryHandle
  }
}
