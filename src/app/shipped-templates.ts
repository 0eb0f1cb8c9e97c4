import type { AnatomyId } from '../core/anatomy.ts'
import { PipelineError } from '../core/errors.ts'
import type { Modality } from '../core/types.ts'
import type { MARKING, Params, StepName, Template, TemplateStep } from './templates.ts'

const step = (stage: StepName, params: Params = {}): TemplateStep => ({ stage, enabled: true, params })
const off = (stage: StepName, params: Params = {}): TemplateStep => ({ stage, enabled: false, params })

/** Upper end of a 12-bit CT, 3071 HU: brighter voxels (metal) stay inside a bone mask. */
const CT_MAX_HU = 32767

type Given = Partial<Record<StepName, Params>>

/** Steps that every recipe lists, in the order they make sense; those not given are off. */
const recipe = (source: (typeof MARKING)[number], given: Given, modality: Modality = 'CT'): readonly TemplateStep[] => {
  const byHu: readonly StepName[] =
    source === 'threshold' && modality === 'CT' ? ['remove-table', 'grow-from-core'] : []
  // A network sees the scan as it is: its card says what for.
  const preparing: readonly StepName[] = source === 'network' ? [] : ['denoise']
  const marking: readonly StepName[] = [
    ...preparing,
    source,
    ...byHu,
    'open',
    'close',
    'islands',
    'fill-holes',
    'margin',
  ]
  const modelling: readonly StepName[] = ['surface', 'smooth', 'decimate', 'repair']
  return [
    ...marking.map((stage) => (stage in given || stage === source ? step(stage, given[stage]) : off(stage))),
    ...modelling.map((stage) => step(stage)),
  ]
}

const ONE_PIECE: Params = { keep: 'largest', count: 1 }

/**
 * Bone as InVesalius marks it, from 226 HU, then what is joined to it down to 120 HU within 6 mm: cancellous bone measures
 * 100 to 300 HU, muscle at most 80. The closing is one voxel wide (null), so that thin cortex does not leave a lattice. What it
 * gains is in docs/evidence/segment.md.
 */
const SOLID_BONE: Given = {
  threshold: { lowHu: 226, highHu: CT_MAX_HU },
  'grow-from-core': { lowHu: 120, highHu: CT_MAX_HU, reachMm: 6 },
  close: { radiusMm: null },
  islands: ONE_PIECE,
  'fill-holes': { mode: 'volume' },
}

/** What this network finds in a head on MR: see its card. Threshold and region growing do not tell brain from skull there. */
const HEAD_TISSUES = 'head-tissues'
const foundByNetwork = (structure: AnatomyId): Params => ({ model: HEAD_TISSUES, structure })

/** The templates the app comes with. A version goes up when a step or a value changes; the digest tells two apart in any case. */
export const TEMPLATES: readonly Template[] = [
  {
    id: 'ct-bone',
    version: 2,
    name: 'CT bone',
    modality: 'CT',
    anatomy: 'bone',
    // One piece stays: the head rest and the table are as dense as bone, and every further piece would be a loose part on the plate.
    // Not SOLID_BONE: it fills spongy bone better, but moves the surface of dense bone outwards, by 0.85 mm on a ball with a soft edge.
    steps: recipe('threshold', {
      threshold: { lowHu: 226, highHu: CT_MAX_HU },
      islands: ONE_PIECE,
      'fill-holes': { mode: 'volume' },
    }),
  },
  {
    id: 'ct-long-bone',
    version: 2,
    name: 'CT long bone, solid',
    modality: 'CT',
    anatomy: 'femur',
    // Half-way between muscle (50 HU) and cortex (1150 HU): the place of a sharp edge blurred by the scanner.
    steps: recipe('threshold', {
      threshold: { lowHu: 600, highHu: CT_MAX_HU },
      islands: ONE_PIECE,
      'fill-holes': { mode: 'slices' },
    }),
  },
  {
    id: 'ct-skull',
    version: 1,
    name: 'CT skull',
    modality: 'CT',
    anatomy: 'skull',
    // Cortex is thick here and the brain must stay out: no growing, no closing, only closed hollows (diploe, air cells) filled.
    steps: recipe('threshold', {
      threshold: { lowHu: 226, highHu: CT_MAX_HU },
      islands: ONE_PIECE,
      'fill-holes': { mode: 'volume', maxMm3: 2000 },
    }),
  },
  {
    id: 'ct-mandible',
    version: 1,
    name: 'CT mandible and jaws',
    modality: 'CT',
    anatomy: 'mandible',
    // Teeth that touch and the joint hold the jaws together below about 400 HU; opening by 0.8 mm cuts bridges of 1.6 mm. Which of
    // the pieces is the mandible is for a person to click: no rule tried finds it on every head.
    steps: recipe('threshold', {
      threshold: { lowHu: 400, highHu: CT_MAX_HU },
      open: { radiusMm: 0.8 },
      islands: { keep: 'above', minMm3: 5000 },
      'fill-holes': { mode: 'volume' },
    }),
  },
  {
    id: 'ct-spine',
    version: 1,
    name: 'CT spine',
    modality: 'CT',
    anatomy: 'spine',
    // Vertebrae are cancellous and thin-walled, so growing reaches further; the canal stays open, as it leads out of the scan.
    steps: recipe('threshold', {
      ...SOLID_BONE,
      'grow-from-core': { lowHu: 110, highHu: CT_MAX_HU, reachMm: 9 },
    }),
  },
  {
    id: 'ct-pelvis',
    version: 1,
    name: 'CT pelvis',
    modality: 'CT',
    anatomy: 'pelvis',
    // The wings of the ilium hold marrow that is no denser than muscle: it is closed in by cortex in every slice.
    steps: recipe('threshold', {
      ...SOLID_BONE,
      'grow-from-core': { lowHu: 120, highHu: CT_MAX_HU, reachMm: 9 },
      'fill-holes': { mode: 'slices', maxMm3: null },
    }),
  },
  {
    id: 'ct-airway',
    version: 1,
    name: 'CT airway',
    modality: 'CT',
    anatomy: 'airway',
    steps: recipe('airway', { islands: ONE_PIECE }),
  },
  {
    id: 'ct-lung',
    version: 1,
    name: 'CT lungs',
    modality: 'CT',
    anatomy: 'lung',
    // Vessels up to 6 mm belong to the lung as it is printed; wider ones stay open.
    steps: recipe('lung', {
      close: { radiusMm: 3 },
      islands: { keep: 'largest', count: 2 },
      'fill-holes': { mode: 'volume' },
    }),
  },
  {
    id: 'ct-skin',
    version: 2,
    name: 'CT skin',
    modality: 'CT',
    anatomy: 'skin',
    steps: recipe('threshold', {
      threshold: { lowHu: -300, highHu: CT_MAX_HU },
      // A table that touches the back would be part of the largest piece.
      'remove-table': {},
      islands: ONE_PIECE,
      'fill-holes': { mode: 'slices' },
    }),
  },
  {
    id: 'ct-vessel',
    version: 2,
    name: 'CT vessel with contrast',
    modality: 'CT',
    anatomy: 'vessels',
    steps: recipe('threshold', {
      threshold: { lowHu: 150, highHu: 500 },
      islands: ONE_PIECE,
      'fill-holes': { mode: 'volume' },
    }),
  },
  {
    id: 'mr-head-skin',
    version: 1,
    name: 'MR head, skin',
    modality: 'MR',
    anatomy: 'skin',
    // Dark skull and sinuses lead out of the head through thin bright skin only after noise has broken it: closing mends that.
    steps: recipe(
      'threshold',
      {
        denoise: { method: 'gaussian', sigmaMm: 1 },
        threshold: { lowHu: null, highHu: CT_MAX_HU },
        close: { radiusMm: 3 },
        islands: ONE_PIECE,
        'fill-holes': { mode: 'slices' },
      },
      'MR',
    ),
  },
  {
    id: 'mr-brain',
    version: 1,
    name: 'MR brain, by AI',
    modality: 'MR',
    anatomy: 'brain',
    // Blades and bridges thinner than 2 mm between the folds hold in no print.
    steps: recipe(
      'network',
      {
        network: foundByNetwork('brain'),
        open: { radiusMm: 1 },
        islands: ONE_PIECE,
        'fill-holes': { mode: 'volume' },
      },
      'MR',
    ),
  },
  {
    id: 'mr-skull',
    version: 1,
    name: 'MR skull, by AI',
    modality: 'MR',
    anatomy: 'skull',
    // As on CT: only closed hollows are filled, so that the brain stays out.
    steps: recipe(
      'network',
      { network: foundByNetwork('skull'), islands: ONE_PIECE, 'fill-holes': { mode: 'volume', maxMm3: 2000 } },
      'MR',
    ),
  },
  {
    id: 'mr-face',
    version: 1,
    name: 'MR face, by AI',
    modality: 'MR',
    anatomy: 'skin',
    // A solid head: sinuses and mouth are closed in slice by slice.
    steps: recipe(
      'network',
      { network: foundByNetwork('skin'), islands: ONE_PIECE, 'fill-holes': { mode: 'slices' } },
      'MR',
    ),
  },
  {
    id: 'mr-surface',
    version: 2,
    name: 'MR surface by Otsu',
    modality: 'MR',
    anatomy: 'skin',
    // null: the line asks Otsu for the value.
    steps: recipe(
      'threshold',
      {
        denoise: { method: 'gaussian', sigmaMm: 1 },
        threshold: { lowHu: null, highHu: CT_MAX_HU },
        islands: ONE_PIECE,
        'fill-holes': { mode: 'slices' },
      },
      'MR',
    ),
  },
]

/** The template of this id. Throws 'app/bad-parameter' naming those that exist. */
export function templateById(id: string): Template {
  const found = TEMPLATES.find((t) => t.id === id)
  if (!found) {
    const known = TEMPLATES.map((t) => t.id).join(', ')
    throw new PipelineError('app/bad-parameter', `There is no template "${id}". Choose one of: ${known}.`)
  }
  return found
}

/** The template a scan of this modality starts with. */
export function defaultTemplate(modality: Modality): Template {
  return templateById(modality === 'CT' ? 'ct-bone' : 'mr-surface')
}

/** The shipped template of this id, else the one a scan of this modality starts with. */
export const templateOr = (id: string, modality: Modality): Template =>
  TEMPLATES.find((t) => t.id === id) ?? defaultTemplate(modality)

/** The template of the built-in sample. */
export const SAMPLE_TEMPLATE_ID = 'ct-long-bone'
