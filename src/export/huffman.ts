/**
 * Code lengths of a prefix code of at most `limit` bits for these counts, as short as any (package-merge: Larmore and
 * Hirschberg 1990). Symbols that are not counted get 0; at least two get a code, because a code of one is not complete.
 */
export function codeLengths(counts: Uint32Array, limit: number): Uint8Array {
  const lengths = new Uint8Array(counts.length)
  const leaves = [...counts.keys()].filter((symbol) => (counts[symbol] as number) > 0)
  for (let symbol = 0; leaves.length < 2; symbol++) if (!leaves.includes(symbol)) leaves.push(symbol)
  const items = leaves
    .map((symbol): Item => ({ weight: counts[symbol] as number, symbols: [symbol] }))
    .sort((a, b) => a.weight - b.weight || (a.symbols[0] as number) - (b.symbols[0] as number))
  let list = items
  for (let bits = 1; bits < limit; bits++) list = merged(items, pairs(list))
  for (const { symbols } of list.slice(0, 2 * items.length - 2))
    for (const symbol of symbols) lengths[symbol] = (lengths[symbol] as number) + 1
  return lengths
}

interface Item {
  readonly weight: number
  readonly symbols: readonly number[]
}

function pairs(list: readonly Item[]): Item[] {
  const made: Item[] = []
  for (let n = 0; n + 1 < list.length; n += 2) {
    const [a, b] = [list[n] as Item, list[n + 1] as Item]
    made.push({ weight: a.weight + b.weight, symbols: [...a.symbols, ...b.symbols] })
  }
  return made
}

/** Both lists in one, by weight; of equal weights the first list's come first. */
function merged(a: readonly Item[], b: readonly Item[]): Item[] {
  const all: Item[] = []
  let j = 0
  for (const item of a) {
    for (; j < b.length && (b[j] as Item).weight < item.weight; j++) all.push(b[j] as Item)
    all.push(item)
  }
  return [...all, ...b.slice(j)]
}

/** The codes that deflate gives to code lengths (RFC 1951, 3.2.2), each with its first bit lowest, as they are written. */
export function codesOf(lengths: Uint8Array): Uint16Array {
  const count = new Uint16Array(16)
  for (const length of lengths) if (length > 0) count[length] = (count[length] as number) + 1
  const next = new Uint16Array(16)
  for (let length = 1; length < 16; length++)
    next[length] = ((next[length - 1] as number) + (count[length - 1] as number)) << 1
  return Uint16Array.from(lengths, (length) => {
    if (length === 0) return 0
    const code = next[length] as number
    next[length] = code + 1
    return reversed(code, length)
  })
}

function reversed(code: number, bits: number): number {
  let turned = 0
  for (let n = 0; n < bits; n++) turned |= ((code >> n) & 1) << (bits - 1 - n)
  return turned
}
