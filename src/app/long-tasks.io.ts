/** How long the page was held up while a run went on. */
export interface Responsiveness {
  /** Longest single task of the page's thread in ms; 0 when none took 50 ms, the least that the browser reports. */
  readonly longestTaskMs: number
  /** Tasks of more than 100 ms: from there on a person notices. */
  readonly tasksOver100Ms: number
  /** Longest task within each step that had one, in ms. */
  readonly byStage: Readonly<Record<string, number>>
}

export interface LongTaskWatch {
  /** Says that a step begins now. */
  mark(stage: string): void
  /** What was seen so far; waits for the browser to report the last task. */
  read(): Promise<Responsiveness | null>
}

const NOTICED_MS = 100

/** Watches the page's thread by the browser's own long task reports (W3C Long Tasks API); `read` gives null where there are none. */
export function watchLongTasks(): LongTaskWatch {
  const stages: { stage: string; from: number }[] = []
  const tasks: { from: number; ms: number }[] = []
  if (!PerformanceObserver.supportedEntryTypes.includes('longtask')) return { mark: () => {}, read: async () => null }
  const note = (entries: readonly PerformanceEntry[]) =>
    tasks.push(...entries.map(({ startTime, duration }) => ({ from: startTime, ms: Math.round(duration) })))
  const observer = new PerformanceObserver((list) => note(list.getEntries()))
  observer.observe({ type: 'longtask', buffered: true })
  // A task belongs to the step in which it began: reports come later, when the next may have begun.
  const stageAt = (time: number) => stages.findLast(({ from }) => from <= time)?.stage
  return {
    mark: (stage) => stages.push({ stage, from: performance.now() }),
    async read() {
      await new Promise((resume) => setTimeout(resume, 2 * NOTICED_MS))
      note(observer.takeRecords())
      const byStage: Record<string, number> = {}
      let longestTaskMs = 0
      let tasksOver100Ms = 0
      for (const { from, ms } of tasks) {
        const stage = stageAt(from)
        if (stage === undefined) continue
        byStage[stage] = Math.max(byStage[stage] ?? 0, ms)
        longestTaskMs = Math.max(longestTaskMs, ms)
        if (ms > NOTICED_MS) tasksOver100Ms++
      }
      return { longestTaskMs, tasksOver100Ms, byStage }
    },
  }
}
