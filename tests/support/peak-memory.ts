import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const STATUS = '/proc/self/status'
const RESET = '/proc/self/clear_refs'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** kB of a line of the status of this process, where the system tells it. */
const told = (name: string): number | null =>
  existsSync(STATUS) ? Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(STATUS, 'utf8'))?.[1]) : null

/** Sets the highest memory back to the present one, where the system lets it: else it only ever grows. */
function resetPeak(): void {
  if (existsSync(RESET)) writeFileSync(RESET, '5')
}

const peakBytes = () => 1024 * (told('VmHWM') ?? process.resourceUsage().maxRSS)

/** The most memory that work took, beyond what this process held when it began. */
export async function peakOf<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly bytes: number }> {
  collectGarbage()
  resetPeak()
  const before = peakBytes()
  const value = await work()
  return { value, bytes: peakBytes() - before }
}
