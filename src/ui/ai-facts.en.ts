import type { PromoteParams, ReviewParams, SecondReaderParams } from '../app/ai-steps.ts'
import type { InferParams, SelfTestParams } from '../app/infer-steps.ts'
import type { AnatomyId } from '../core/anatomy.ts'
import type { Vec3 } from '../core/types.ts'
import { BANDS } from '../infer/band.ts'
import type { Band } from '../infer/outcome.ts'
import { ACCEPT_REASON, AI, bandText, READER_ROLE } from './ai.en.ts'
import type { Facts } from './facts.ts'
import { bytes, count, decimal, mm, percent, place3, plural, shortDigest } from './format.ts'
import { ANATOMY_NAME } from './segment.en.ts'

// What the steps of a network and of its review were told, in words; see step-facts.en.ts.

export interface AiParams {
  readonly infer: InferParams
  readonly 'self-test': SelfTestParams
  readonly promote: PromoteParams
  readonly 'review-region': ReviewParams
  readonly 'second-reader': SecondReaderParams
}

const NETWORK: Facts<SelfTestParams> = {
  model: (v) => v,
  version: (v) => `version ${v}`,
  sha256: (v) => `weights ${shortDigest(v)}`,
}
const views = (v: number) => `${plural(v, 'view', 'views')} of the scan`
const isBand = (text: string): text is Band => BANDS.some((band) => band === text)

export const AI_FACTS: { readonly [S in keyof AiParams]: Facts<AiParams[S]> } = {
  infer: { ...NETWORK, members: views, limitBytes: (v) => `at most ${bytes(v)} of memory` },
  'self-test': NETWORK,
  promote: {
    ...NETWORK,
    structure: (v) => (ANATOMY_NAME[v as AnatomyId] ?? v).toLowerCase(),
    channels: (v) =>
      v.length === 0 ? '' : `of ${v.length === 1 ? 'channel' : 'channels'} ${v.map((n) => count(n)).join(', ')}`,
    filmMm: (v) => `borders thinner than ${mm(v)} are not listed as unsure`,
    band: (v) => (isBand(v) ? bandText(v).toUpperCase() : ''),
    members: views,
    p: (v) => (v === null ? '' : `fits known scans with p ${decimal(v, 2)}`),
    pairwiseDice: (v) => (v === null ? '' : `views agree to Dice ${decimal(v, 2)}`),
    s95Mm: (v) => (v === null ? '' : `their borders lie ${mm(v)} apart`),
    cvPercent: (v) => (v === null ? '' : `their volumes spread by ${percent(v)}`),
  },
  'review-region': {
    label: (v) => `of label ${count(v)}`,
    region: (v) => `place ${count(v + 1)}`,
    atLps: (v) => (v.length === 3 ? `at ${place3(v as Vec3)}` : ''),
    state: (v) => AI.states[v].toLowerCase(),
    reason: (v) => (v === '' ? '' : ACCEPT_REASON[v].toLowerCase()),
    text: (v) => (v === '' ? '' : `“${v}”`),
    by: (v) => (v === '' ? '' : `by ${v}`),
  },
  'second-reader': {
    label: (v) => `of label ${count(v)}`,
    first: (v) => `first read by ${v}`,
    who: (v) => `signed by ${v}`,
    role: (v) => (v === '' ? '' : READER_ROLE[v].toLowerCase()),
    reason: (v) => `“${v}”`,
  },
}
