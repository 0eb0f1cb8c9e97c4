import { Session } from 'node:inspector/promises'

/** A part of some work, and the functions that it is: what they call counts for them unless it is a part of its own. */
export interface Part {
  readonly name: string
  readonly functions: readonly string[]
}

/** Time that no part's function was running in. */
export const OTHER = 'other'

const SAMPLE_US = 2000
/** Functions of V8's own profile in which nothing runs. */
const IDLE = ['(idle)', '(program)']

/**
 * Seconds of processor time by part of a work, as V8 samples its stack: the shares of the samples of all that this process took. The
 * function that a sample lies in counts for its part, else the nearest that called it.
 */
export async function cpuByPart(
  parts: readonly Part[],
  work: () => Promise<unknown>,
): Promise<ReadonlyMap<string, number>> {
  const partOf = new Map(parts.flatMap(({ name, functions }) => functions.map((one) => [one, name] as const)))
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_US })
  await session.post('Profiler.start')
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  const hits = new Map([...parts.map(({ name }) => name), OTHER].map((name) => [name, 0]))
  const byId = new Map(profile.nodes.map((node) => [node.id, node]))
  const visit = (id: number, caller: string) => {
    const node = byId.get(id)
    if (!node || IDLE.includes(node.callFrame.functionName)) return
    const part = partOf.get(node.callFrame.functionName) ?? caller
    hits.set(part, (hits.get(part) ?? 0) + (node.hitCount ?? 0))
    for (const child of node.children ?? []) visit(child, part)
  }
  visit(profile.nodes[0]?.id ?? 0, OTHER)
  const all = [...hits.values()].reduce((sum, n) => sum + n, 0)
  return new Map([...hits].map(([name, n]) => [name, ((n / all) * (user + system)) / 1e6]))
}
