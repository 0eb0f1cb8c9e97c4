import type { AnatomyId } from '../../src/core/anatomy.ts'
import { maskFromBytes } from '../../src/core/mask.ts'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import type { Mask, Volume } from '../../src/core/types.ts'
import { CORRUPTIONS } from '../../src/evidence/corruptions.ts'
import { EDGE_CASES } from '../../src/evidence/edge-cases.ts'
import { SEVERITIES } from '../../src/evidence/severity.ts'
import type { Band } from '../../src/infer/outcome.ts'
import { labelsToMask } from '../../src/segment/labels.ts'
import { type Contrast, paintHead, truthOf } from './paint-head.ts'
import { readNiftiCt, realFile } from './real-scans.ts'

/** A scan for the networks, and what is known of it. */
export interface Posed {
  readonly volume: Volume
  readonly references: readonly Reference[]
}

export interface Reference {
  readonly anatomy: AnatomyId
  readonly mask: Mask
}

export interface ModelCase {
  readonly id: string
  readonly what: string
  /** What its figures count for on the card; null: for none. */
  readonly stratum: string | null
  readonly kind: 'accuracy' | 'red' | 'corruption'
  /** What a person must be told, where that is the question. */
  readonly expected: Band | null
  /** Whether the networks of other people run on it as well. */
  readonly compared: boolean
  /** Null where the files are not there. */
  readonly pose: () => Promise<Posed | null>
}

const HEADS = [17, 18, 20] as const
const CONTRASTS: readonly (readonly [Contrast, string])[] = [
  ['t1', 'T1'],
  ['t2', 'T2'],
  ['flair', 'FLAIR'],
]

/** Channels of the truth by structure: as the card of head-tissues joins them. */
const TRUTH: readonly (readonly [AnatomyId, readonly number[]])[] = [
  ['brain', [1, 2, 3]],
  ['grey-matter', [1]],
  ['white-matter', [2]],
  ['ventricles', [3]],
  ['csf', [3, 4]],
  ['skull', [5]],
  ['skin', [1, 2, 3, 4, 5, 6]],
]

function read(...parts: string[]): Volume | null {
  const path = realFile(...parts)
  return path === null ? null : readNiftiCt(path)
}

const asMr = (volume: Volume): Volume => ({ ...volume, modality: 'MR', unit: 'a.u.' })

async function painted(head: number, contrast: Contrast): Promise<Posed | null> {
  const map = read('head_labelmaps_synthseg', `training_seg_${head}.nii.gz`)
  if (!map) return null
  const truth = truthOf(map)
  const references = TRUTH.map(([anatomy, of]) => ({ anatomy, mask: labelsToMask(truth, of, IDLE_CONTEXT) }))
  return { volume: await paintHead(map, contrast, head), references }
}

const readColin = () => read('mr_ch2_colin', 'ch2.nii.gz')

async function colin(): Promise<Posed | null> {
  const scan = readColin()
  const bet = read('mr_ch2_colin', 'ch2bet.nii.gz')
  if (!scan || !bet) return null
  return { volume: asMr(scan), references: [{ anatomy: 'brain', mask: maskFromBytes(bet.grid, bet.data) }] }
}

/** Above one half of 255. */
const LIKELY = 127

async function mni(): Promise<Posed | null> {
  const part = (name: string) => read('mr_mni152_tissue', `mni_icbm152_${name}_tal_nlin_sym_09a_converted.nii.gz`)
  const [scan, grey, white] = [part('t1'), part('gm'), part('wm')]
  if (!scan || !grey || !white) return null
  const likely = ({ grid, data }: Volume) =>
    maskFromBytes(
      grid,
      data.map((v) => (v > LIKELY ? 1 : 0)),
    )
  const references = [
    { anatomy: 'grey-matter' as const, mask: likely(grey) },
    { anatomy: 'white-matter' as const, mask: likely(white) },
  ]
  return { volume: asMr(scan), references }
}

const accuracy = (id: string, what: string, stratum: string | null, pose: ModelCase['pose']): ModelCase => ({
  ...{ id, what, stratum, kind: 'accuracy', expected: null, compared: stratum?.startsWith('T1') ?? true, pose },
})

const red = (id: string, what: string, make: () => Volume | null, expected: Band | null = 'red'): ModelCase => ({
  ...{ id: `red/${id}`, what, stratum: null, kind: 'red', expected, compared: false },
  pose: async () => {
    const volume = make()
    return volume && { volume, references: [] }
  },
})

const abdomen = () => read('ct_abdomen_totalseg', 'example_ct.nii.gz')

/** Of all edge cases those that need a head; the wrong part of the body is a real scan here. */
const EDGES = EDGE_CASES.filter(({ id }) => !id.startsWith('wrong-modality'))

/** One head made worse in every way: hours, so only when asked for. */
const CORRUPTED: readonly ModelCase[] = CORRUPTIONS.flatMap(({ id, run }) =>
  SEVERITIES.map((severity) => ({
    id: `corruption/${id}/${severity}`,
    what: `Head 17 painted as T1, ${id} ${severity}`,
    ...{ stratum: null, kind: 'corruption' as const, expected: null, compared: false },
    pose: async () => {
      const posed = await painted(17, 't1')
      return posed && { ...posed, volume: await run(posed.volume, severity, severity) }
    },
  })),
)

/** The case that the corruptions start from. */
export const CLEAN_CASE = 'head-17-t1'

/** Scans that head-tissues was never trained on, the quickest first. */
export const MODEL_CASES: readonly ModelCase[] = [
  accuracy('colin', 'Colin27, a real T1 head; brain by BET', 'T1, real', colin),
  ...CONTRASTS.flatMap(([contrast, name]) =>
    HEADS.map((head) =>
      accuracy(`head-${head}-${contrast}`, `Head ${head} painted as ${name}`, `${name}, painted`, () =>
        painted(head, contrast),
      ),
    ),
  ),
  accuracy('mni152', 'MNI152, a mean T1 brain without a head; maps above one half', null, mni),
  red('abdomen-ct', 'A real abdomen in CT', abdomen),
  red('abdomen-unsaid', 'The same abdomen, labelled as MR', () => {
    const scan = abdomen()
    return scan && asMr(scan)
  }),
  ...EDGES.map(({ id, make }) =>
    red(id, `Colin27: ${id}`, () => {
      const scan = readColin()
      return scan && make(asMr(scan))
    }),
  ),
  ...CORRUPTED,
]
