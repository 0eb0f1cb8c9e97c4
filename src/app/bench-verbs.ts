import { modelCardHtml } from '../evidence/model-card-html.ts'
import { readBenchData } from './bench-data.ts'
import type { BenchView } from './bench-view.ts'
import type { Desk } from './desk.svelte.ts'
import { download } from './download.io.ts'

/** What a person does on the evidence bench, each as a job of the desk. */
export function benchVerbs(desk: Desk): BenchView {
  const { bench, jobs } = desk
  const done = async (stage: string, work: Parameters<typeof jobs.run>[1]) => void (await jobs.run(stage, work))
  const cardOf: BenchView['cardOf'] = ({ card }) => ({
    ...card,
    evaluation: bench.reports[card.weights.sha256]?.rows ?? card.evaluation,
  })
  return {
    get data() {
      return bench.data
    },
    get running() {
      return bench.running
    },
    evaluated: (sha256) => bench.evaluated(sha256),
    evidenceOf: (sha256) => bench.found[sha256] ?? null,
    reportOf: (sha256) => bench.reports[sha256] ?? null,
    isKept: (sha256) => bench.kept[sha256] !== undefined && bench.kept[sha256] === bench.found[sha256],
    choose: (files) =>
      done('bench-data', async () => {
        bench.data = await readBenchData(files)
      }),
    run: (order, columns) => done('bench', (ctx) => bench.run(order, columns, ctx)),
    test: (order, trial) => done(`bench-${trial.kind}`, (ctx) => bench.test(order, trial, ctx)),
    keep: (sha256) => done('bench-keep', () => bench.keep(sha256)),
    discard: (sha256) => done('bench-discard', () => bench.discard(sha256)),
    cardOf,
    saveCard(row, words) {
      const card = cardOf(row)
      const structures = bench.reports[card.weights.sha256]?.structures ?? []
      const groups = structures.map(({ anatomy, bias }) => ({ anatomy, report: bias }))
      const page = modelCardHtml(card, groups, words)
      download(`${card.id}-${card.version}.html`, new Blob([page]), 'text/html')
    },
  }
}
