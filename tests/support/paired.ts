/**
 * One line of docs/evidence/bench.json. `ratio` is peerMs / subjectMs: above 1 the subject is faster. A line without a peer,
 * or whose peer did not finish, has null there; `note` then says why. Cold is the first run: compiling included.
 */
export interface BenchRow {
  readonly work: string
  readonly size: string
  readonly subject: string
  readonly peer: string
  readonly subjectMs: number
  readonly peerMs: number | null
  readonly ratio: number | null
  readonly subjectColdMs: number
  readonly peerColdMs: number | null
  readonly adapter: string
  readonly isFallback: boolean
  readonly date: string
  /** Longest single task of the page's thread, where the work ran behind a page. */
  readonly longestTaskMs?: number | null
  readonly note?: string
}

/** One benchmark file's work; `npm run bench` runs each `benches` export under tests/bench. */
export interface Bench {
  readonly name: string
  run(): Promise<BenchRow[]>
}

/** The median of the warm runs, and the first run. */
export interface Times {
  readonly ms: number
  readonly coldMs: number
}

/** Where a CPU twin runs. */
export const CPU = { adapter: `JavaScript, Node ${process.versions.node}`, isFallback: false } as const

/** What a work may give instead of being timed from outside: its own clock's figure. */
export interface OwnTime {
  readonly ownMs: number
}

const isOwnTime = (value: unknown): value is OwnTime => typeof value === 'object' && value !== null && 'ownMs' in value

type Timed = () => unknown | Promise<unknown>

/** The middle one, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** Milliseconds of one run. */
export async function timed(work: Timed): Promise<number> {
  const start = performance.now()
  const result = await work()
  return isOwnTime(result) ? result.ownMs : performance.now() - start
}

/**
 * Each work once cold, then in `rounds` rounds. The works take turns, so that a busy moment of the machine touches all of
 * them alike.
 */
export async function pairedMedians<Name extends string>(
  works: Readonly<Record<Name, Timed>>,
  rounds = 7,
): Promise<Record<Name, Times>> {
  const names = Object.keys(works) as Name[]
  const cold = new Map<Name, number>()
  const warm = new Map<Name, number[]>(names.map((name) => [name, []]))
  for (const name of names) cold.set(name, await timed(works[name]))
  for (let round = 0; round < rounds; round++) {
    for (const name of names) warm.get(name)?.push(await timed(works[name]))
  }
  const times = (name: Name): Times => ({ ms: median(warm.get(name) ?? []), coldMs: cold.get(name) ?? Number.NaN })
  return Object.fromEntries(names.map((name) => [name, times(name)])) as Record<Name, Times>
}

const round = (value: number, digits: number) => Number(value.toFixed(digits))
const rounded = (value: number | undefined) => (value === undefined ? null : round(value, 1))

/** What the times do not say. */
export type RowWords = Pick<
  BenchRow,
  'work' | 'size' | 'subject' | 'peer' | 'adapter' | 'isFallback' | 'longestTaskMs' | 'note'
>

export function benchRow(row: RowWords, subject: Times, peer: Times | null): BenchRow {
  return {
    ...row,
    subjectMs: round(subject.ms, 1),
    peerMs: rounded(peer?.ms),
    ratio: peer === null ? null : round(peer.ms / subject.ms, 2),
    subjectColdMs: round(subject.coldMs, 1),
    peerColdMs: rounded(peer?.coldMs),
    date: new Date().toISOString().slice(0, 10),
  }
}
