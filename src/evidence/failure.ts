import { meanOf, sumOf } from './statistics.ts'

/** How sure the network seemed of a case (higher is surer), and how wrong it was (0 to 1). */
export interface Judged {
  readonly confidence: number
  readonly risk: number
}

/**
 * Area under the risk-coverage curve: the mean risk of the surest part, over all parts (Geifman and El-Yaniv 2017, arXiv
 * 1705.08500). Cases of one confidence come in together. NaN without cases.
 */
export function aurcOf(cases: readonly Judged[]): number {
  const sorted = [...cases].sort((a, b) => b.confidence - a.confidence)
  let area = 0
  let risk = 0
  for (let start = 0; start < sorted.length; ) {
    let end = start
    while (end < sorted.length && sorted[end]?.confidence === sorted[start]?.confidence) end++
    risk += sumOf(sorted.slice(start, end).map((one) => one.risk))
    area += (end - start) * (risk / end)
    start = end
  }
  return area / sorted.length
}

/**
 * How likely a failed case seemed less sure than one that did not fail (area under the ROC curve, ties by half; Hanley and
 * McNeil 1982, 10.1148/radiology.143.1.7063747). NaN when there are only cases of one kind.
 */
export function failureAuroc(cases: readonly Judged[], isFailure: (one: Judged) => boolean): number {
  const failed = cases.filter(isFailure)
  const fine = cases.filter((one) => !isFailure(one))
  const score = (bad: Judged, good: Judged) =>
    bad.confidence === good.confidence ? 0.5 : Number(bad.confidence < good.confidence)
  return meanOf(failed.flatMap((bad) => fine.map((good) => score(bad, good))))
}
