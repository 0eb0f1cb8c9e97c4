import fc from 'fast-check'
import { expect } from 'vitest'
import { PipelineError } from '../../../src/core/errors.ts'
import { joined } from '../../support/scan-files.ts'
import { timed } from '../../support/time-taken.ts'

/**
 * FUZZ_SEED chooses the inputs ("any" for others each time), FUZZ_RUNS multiplies how many there are. The seed is printed, so
 * that what was found is found again.
 */
const SEED = process.env.FUZZ_SEED === 'any' ? Date.now() % 1e9 : Number(process.env.FUZZ_SEED ?? 20_261_126)
const TIMES = Number(process.env.FUZZ_RUNS ?? 1)
console.info(`fuzzing with FUZZ_SEED=${SEED}, FUZZ_RUNS=${TIMES}`)

/** No input may hold a parser longer. */
const LONGEST_MS = 2000

/** One way to try a parser. */
export type Fuzzer = () => Promise<void>
/** What is tried for each parser, by its file under src. */
export type Fuzzers = Readonly<Record<string, readonly Fuzzer[]>>

/** Gives `parse` inputs; each must come to a value or a PipelineError, and soon. `check` looks at the values. */
export function fuzzer<Input, Value>(
  inputs: fc.Arbitrary<Input>,
  parse: (input: Input) => Value | Promise<Value>,
  runs: number,
  check: (value: Value) => void = () => {},
): Fuzzer {
  const tried = async (input: Input) => {
    const { value: outcome, ms } = await timed(() => outcomeOf(() => parse(input)))
    expect(ms).toBeLessThan(LONGEST_MS)
    if (outcome instanceof Error) expect(outcome).toBeInstanceOf(PipelineError)
    else check(outcome.value)
  }
  return () =>
    fc.assert(fc.asyncProperty(inputs, tried), { seed: SEED, numRuns: Math.ceil(runs * TIMES), endOnFailure: true })
}

async function outcomeOf<Value>(parse: () => Value | Promise<Value>): Promise<{ readonly value: Value } | Error> {
  try {
    return { value: await parse() }
  } catch (error) {
    return error instanceof Error ? error : new Error('something that is no error was thrown')
  }
}

type Bytes = Uint8Array<ArrayBuffer>
type Change = (bytes: Bytes) => Bytes

/** Numbers at which readers of lengths and counts go wrong. */
const EDGES = [0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff]
const FLOATS = [0, -0, -1, 1e-30, 1e30, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
/** Bytes that parsers of text and of tags give a meaning. */
const MEANING = [...'\0\t\n\r "&(),./:;<=>[\\]{}09-+eE'].map((c) => c.charCodeAt(0)).concat(0xfe, 0xff)
const WORDS = ['-1', '0', '1e999', 'NaN', '-Infinity', '0x10', '99999999999999999999', '1e-320', '\\', '(', '=', ':=']

const spliced = (bytes: Bytes, at: number, remove: number, put: Uint8Array): Bytes =>
  joined([bytes.subarray(0, at), put, bytes.subarray(at + remove)])

function written(bytes: Bytes, at: number, width: number, write: (view: DataView) => void): Bytes {
  if (at + width > bytes.length) return bytes
  const copy = bytes.slice()
  write(new DataView(copy.buffer, at, width))
  return copy
}

/** One change of a file, within its first `within` bytes: of a byte, a number, a word, a stretch, or of its length. */
function changes(within: number): fc.Arbitrary<Change> {
  const at = fc.nat(Math.max(0, within - 1))
  const length = fc.nat(24)
  const run = fc.constantFrom(3, 40, 600, 5000, 60_000)
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.tuple(at, fc.nat(255)).map(
        ([n, v]): Change =>
          (b) =>
            written(b, n, 1, (d) => d.setUint8(0, v)),
      ),
    },
    {
      weight: 4,
      arbitrary: fc.tuple(at, fc.constantFrom(...EDGES), fc.constantFrom(2, 4), fc.boolean()).map(
        ([n, v, width, le]): Change =>
          (b) =>
            written(b, n, width, (d) => (width === 2 ? d.setUint16(0, v, le) : d.setUint32(0, v, le))),
      ),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(at, fc.constantFrom(...FLOATS), fc.constantFrom(4, 8), fc.boolean()).map(
        ([n, v, width, le]): Change =>
          (b) =>
            written(b, n, width, (d) => (width === 4 ? d.setFloat32(0, v, le) : d.setFloat64(0, v, le))),
      ),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(at, length).map(
        ([n, l]): Change =>
          (b) =>
            spliced(b, n, l, new Uint8Array()),
      ),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(at, length, fc.constantFrom(...WORDS)).map(
        ([n, l, word]): Change =>
          (b) =>
            spliced(b, n, l, new TextEncoder().encode(word)),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(at, at, fc.integer({ min: 1, max: 40 })).map(
        ([from, to, l]): Change =>
          (b) =>
            spliced(b, to, 0, b.slice(from, from + l)),
      ),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(at, fc.constantFrom(...MEANING), run).map(
        ([n, v, l]): Change =>
          (b) =>
            spliced(b, n, 0, new Uint8Array(l).fill(v)),
      ),
    },
    // A file that ends in a long run of one byte.
    {
      weight: 1,
      arbitrary: fc.tuple(at, fc.constantFrom(...MEANING), run).map(
        ([n, v, l]): Change =>
          (b) =>
            joined([b.subarray(0, n), new Uint8Array(l).fill(v)]),
      ),
    },
    {
      weight: 1,
      arbitrary: at.map(
        (n): Change =>
          (b) =>
            b.slice(0, n),
      ),
    },
  )
}

/** A valid file with one to six changes in its first `within` bytes. */
export const mutated = (file: Bytes, within = file.length): fc.Arbitrary<Bytes> =>
  fc
    .array(changes(Math.min(within, file.length)), { minLength: 1, maxLength: 6 })
    .map((all) => all.reduce((bytes, change) => change(bytes), file))

/** A file that is none; with the mark of one, so that it is not turned away at the door. */
export const raw = (mark: Uint8Array = new Uint8Array(), maxLength = 2000): fc.Arbitrary<Bytes> =>
  fc.uint8Array({ maxLength }).map((bytes) => joined([mark, bytes]))

/** A JSON value with one to three of its parts exchanged for any other, or left out. */
export function mutatedJson(value: unknown): fc.Arbitrary<unknown> {
  const step = fc.tuple(fc.nat(200), fc.option(fc.jsonValue({ maxDepth: 2 }), { nil: undefined, freq: 4 }))
  return fc.array(step, { minLength: 1, maxLength: 3 }).map((steps) =>
    steps.reduce((now: unknown, [nth, part]) => {
      const paths = pathsIn(now)
      return exchanged(now, paths[nth % paths.length] ?? [], part)
    }, value),
  )
}

function pathsIn(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]]
  return [[], ...Object.entries(value).flatMap(([key, part]) => pathsIn(part).map((path) => [key, ...path]))]
}

function exchanged(value: unknown, [key, ...rest]: readonly string[], part: unknown): unknown {
  if (key === undefined) return part ?? null
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) }
  const now = (copy as Record<string, unknown>)[key]
  if (rest.length === 0 && part === undefined) Reflect.deleteProperty(copy, key)
  else Object.assign(copy, { [key]: rest.length === 0 ? part : exchanged(now, rest, part) })
  return copy
}
