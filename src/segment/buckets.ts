/** Numbers a chunk: the next chunk of its bucket, then entries. */
const CHUNK = 64
const NONE = -1

/**
 * Stacks of whole numbers, one for each level: the queue of a shortest-path search with whole costs (Dial 1969). Chunks of
 * emptied stacks are used again, so memory is 4 bytes an entry of the front plus 256 bytes a stack in use and 6 a level.
 */
export class Buckets {
  private readonly head: Int32Array
  /** Entries in the head chunk. */
  private readonly filled: Uint8Array
  private pool = new Int32Array(1024 * CHUNK)
  private chunks = 0
  private free = NONE

  constructor(levels: number) {
    this.head = new Int32Array(levels).fill(NONE)
    this.filled = new Uint8Array(levels)
  }

  push(level: number, entry: number): void {
    let chunk = this.head[level] as number
    let filled = this.filled[level] as number
    if (chunk === NONE || filled === CHUNK - 1) {
      const below = chunk
      chunk = this.take()
      this.pool[chunk * CHUNK] = below
      this.head[level] = chunk
      filled = 0
    }
    filled++
    this.pool[chunk * CHUNK + filled] = entry
    this.filled[level] = filled
  }

  /** Takes the newest entry of a level; -1 when there is none. */
  pop(level: number): number {
    const chunk = this.head[level] as number
    if (chunk === NONE) return NONE
    const filled = this.filled[level] as number
    const entry = this.pool[chunk * CHUNK + filled] as number
    if (filled > 1) {
      this.filled[level] = filled - 1
      return entry
    }
    this.head[level] = this.pool[chunk * CHUNK] as number
    this.filled[level] = CHUNK - 1
    this.pool[chunk * CHUNK] = this.free
    this.free = chunk
    return entry
  }

  /** Bytes in use for entries. */
  get bytes(): number {
    return this.pool.byteLength
  }

  private take(): number {
    if (this.free !== NONE) {
      const chunk = this.free
      this.free = this.pool[chunk * CHUNK] as number
      return chunk
    }
    if ((this.chunks + 1) * CHUNK > this.pool.length) {
      const larger = new Int32Array(this.pool.length * 2)
      larger.set(this.pool)
      this.pool = larger
    }
    return this.chunks++
  }
}
