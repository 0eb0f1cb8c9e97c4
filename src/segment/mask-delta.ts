/**
 * What differs between two masks, packed: the same delta undoes and redoes. Either the lengths of runs of equal and unequal
 * bits, in bytes of 7 bits, or, where noise makes those longer, the words themselves. A plain value.
 */
export type MaskDelta =
  | { readonly kind: 'runs'; readonly lengths: Uint8Array }
  /** Stretches of [unchanged words to skip, changed words that follow, the changed words XORed]. */
  | { readonly kind: 'words'; readonly stretches: Uint32Array }

/** Packs the difference of two masks of the same length. Memory: the delta alone; the walks measure before they write. */
export function deltaOf(before: Uint32Array, after: Uint32Array): MaskDelta {
  const runBytes = walkRuns(before, after, null)
  const stretches = walkStretches(before, after, null)
  if (runBytes <= stretches * 4) {
    const lengths = new Uint8Array(runBytes)
    walkRuns(before, after, lengths)
    return { kind: 'runs', lengths }
  }
  const words = new Uint32Array(stretches)
  walkStretches(before, after, words)
  return { kind: 'words', stretches: words }
}

export const deltaBytes = (delta: MaskDelta): number =>
  delta.kind === 'runs' ? delta.lengths.byteLength : delta.stretches.byteLength

/** The other mask of the two, given one. The given words are not changed. */
export function applyDelta(words: Uint32Array, delta: MaskDelta): Uint32Array {
  const other = words.slice()
  if (delta.kind === 'runs') flipRuns(other, delta.lengths)
  else flipStretches(other, delta.stretches)
  return other
}

/** Writes the run lengths (or only measures when null) and returns their bytes. Runs that reach the end are not written. */
function walkRuns(before: Uint32Array, after: Uint32Array, out: Uint8Array | null): number {
  let bytes = 0
  let last = 0
  let carry = 0
  for (let w = 0; w < after.length; w++) {
    const differ = (before[w] as number) ^ (after[w] as number)
    for (let turns = differ ^ ((differ << 1) | carry); turns !== 0; turns &= turns - 1) {
      const at = w * 32 + 31 - Math.clz32(turns & -turns)
      let length = at - last
      last = at
      for (; length > 127; length = Math.floor(length / 128)) {
        if (out) out[bytes] = (length & 127) | 128
        bytes++
      }
      if (out) out[bytes] = length
      bytes++
    }
    carry = differ >>> 31
  }
  return bytes
}

function flipRuns(words: Uint32Array, lengths: Uint8Array): void {
  let at = 0
  let inside = false
  for (let n = 0; n < lengths.length; n++) {
    let length = 0
    let place = 1
    for (; (lengths[n] as number) > 127; n++, place *= 128) length += ((lengths[n] as number) & 127) * place
    length += (lengths[n] as number) * place
    if (inside) flipBits(words, at, at + length)
    at += length
    inside = !inside
  }
  if (inside) flipBits(words, at, words.length * 32)
}

function flipBits(words: Uint32Array, from: number, end: number): void {
  const first = Math.floor(from / 32)
  const last = Math.floor((end - 1) / 32)
  const head = -1 << (from % 32)
  const tail = -1 >>> (31 - ((end - 1) % 32))
  if (first === last) {
    words[first] = (words[first] as number) ^ (head & tail)
    return
  }
  words[first] = (words[first] as number) ^ head
  for (let w = first + 1; w < last; w++) words[w] = ~(words[w] as number)
  words[last] = (words[last] as number) ^ tail
}

/** Writes the stretches (or only measures when null) and returns their words. */
function walkStretches(before: Uint32Array, after: Uint32Array, out: Uint32Array | null): number {
  const n = after.length
  let length = 0
  let at = 0
  while (at < n) {
    const start = at
    while (at < n && before[at] === after[at]) at++
    if (at === n) break
    const changed = at
    // A single unchanged word inside a stretch costs less kept than a new header of two.
    while (at < n && (before[at] !== after[at] || (at + 1 < n && before[at + 1] !== after[at + 1]))) at++
    if (out) {
      out[length] = changed - start
      out[length + 1] = at - changed
      for (let w = changed; w < at; w++) out[length + 2 + w - changed] = (before[w] as number) ^ (after[w] as number)
    }
    length += 2 + at - changed
  }
  return length
}

function flipStretches(words: Uint32Array, stretches: Uint32Array): void {
  let at = 0
  for (let n = 0; n < stretches.length; ) {
    at += stretches[n] as number
    const changed = stretches[n + 1] as number
    n += 2
    for (const end = n + changed; n < end; n++, at++) words[at] = (words[at] as number) ^ (stretches[n] as number)
  }
}
