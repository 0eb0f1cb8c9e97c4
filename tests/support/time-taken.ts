/**
 * Milliseconds that work took: by the clock, or by the processor where that is less, since on a busy machine the clock runs on
 * while this process waits for its turn.
 */
export async function timed<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const start = performance.now()
  const before = process.cpuUsage()
  const value = await work()
  const { user, system } = process.cpuUsage(before)
  return { value, ms: Math.min(performance.now() - start, (user + system) / 1000) }
}
