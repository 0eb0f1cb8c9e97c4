/** One line of docs/evidence/bench.json. `ratio` is peerMs / subjectMs: above 1 the subject is faster. */
export interface BenchRow {
  readonly work: string
  readonly size: string
  readonly subject: string
  readonly peer: string
  readonly subjectMs: number
  readonly peerMs: number
  readonly ratio: number
  readonly adapter: string
  readonly isFallback: boolean
  readonly date: string
}

/** One benchmark file's work; `npm run bench` runs each `benches` export under tests/bench. */
export interface Bench {
  readonly name: string
  run(): Promise<BenchRow[]>
}

type Timed = () => unknown | Promise<unknown>

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

async function timed(work: Timed): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/**
 * Median milliseconds of each work after one warm-up. The works take turns, so that a busy moment of the machine
 * touches all of them alike.
 */
export async function pairedMedians<Name extends string>(
  works: Readonly<Record<Name, Timed>>,
  rounds = 7,
): Promise<Record<Name, number>> {
  const names = Object.keys(works) as Name[]
  const times = new Map(names.map((name) => [name, [] as number[]]))
  for (const name of names) await works[name]()
  for (let round = 0; round < rounds; round++) {
    for (const name of names) times.get(name)?.push(await timed(works[name]))
  }
  return Object.fromEntries(names.map((name) => [name, median(times.get(name) ?? [])])) as Record<Name, number>
}

const round = (value: number, digits: number) => Number(value.toFixed(digits))

export function benchRow(
  row: Omit<BenchRow, 'ratio' | 'date' | 'subjectMs' | 'peerMs'>,
  subjectMs: number,
  peerMs: number,
): BenchRow {
  return {
    ...row,
    subjectMs: round(subjectMs, 1),
    peerMs: round(peerMs, 1),
    ratio: round(peerMs / subjectMs, 2),
    date: new Date().toISOString().slice(0, 10),
  }
}
