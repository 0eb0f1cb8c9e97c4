// @ts-check

/**
 * One template on one scan, and what it is compared with. `made` is a label map that a CT is made of. `labels` says which of the
 * reference's numbers count; null takes the head's cavity. `says` is what the figure can and cannot show.
 * @typedef {{ id: string, what: string, template: string, scan?: string, made?: string, reference: string, labels: number[] | null, of: string, says: string }} SegmentCase
 */

const range = (/** @type {number} */ from, /** @type {number} */ to) =>
  Array.from({ length: to - from + 1 }, (_, n) => from + n)

const ABDOMEN = 'ct_abdomen_totalseg/example_ct.nii.gz'
const ABDOMEN_LABELS = 'ct_abdomen_totalseg/example_seg_fast_force_split.nii.gz'
const CRANIUM = 'ct_head_cranium/cranium_ct.nii.gz'
/** Vertebrae and sacrum, humerus to hip, skull, ribs and breastbone; not cartilage. */
const BONES = [...range(25, 50), ...range(69, 78), ...range(91, 116)]
const LUNGS = range(10, 14)
const SILVER = 'labels of a network (silver, nobody drew them)'
const FILLED =
  'Its bones are solid to the outside of the cortex; loose ribs are in it and not in ours, which keeps one piece.'

/** @type {readonly Omit<SegmentCase, 'id'>[]} */
const REAL = [
  ...['ct-bone', 'ct-spine', 'ct-pelvis'].map((template) => ({
    what: 'Abdomen and pelvis, 3 mm',
    template,
    scan: ABDOMEN,
    reference: ABDOMEN_LABELS,
    labels: BONES,
    of: `all bone: ${SILVER}`,
    says: FILLED,
  })),
  {
    what: 'Three vertebrae of it, 30 slices',
    template: 'ct-spine',
    scan: 'ct_abdomen_totalseg/example_ct_sm.nii.gz',
    reference: 'ct_abdomen_totalseg/example_seg.nii.gz',
    labels: BONES,
    of: `all bone: ${SILVER}`,
    says: FILLED,
  },
  ...['ct-bone', 'ct-skull'].map((template) => ({
    what: 'Head of a patient',
    template,
    scan: CRANIUM,
    reference: 'ct_head_cranium/bone_thr226.nii.gz',
    labels: [1],
    of: 'InVesalius, everything from 226 to 3071 HU',
    says: 'A threshold, not anatomy: the head rest and loose specks are in it, filled air cells and softer bone are not.',
  })),
  {
    what: 'Head of a patient',
    template: 'ct-skin',
    scan: CRANIUM,
    reference: 'ct_head_cranium/skin_mask_invesalius.nii.gz',
    labels: [1],
    of: 'InVesalius, skin by threshold',
    says: 'A threshold, not anatomy: bedding is in it, the air of nose and sinuses is not.',
  },
  {
    what: 'Abdomen and pelvis, 3 mm',
    template: 'ct-lung',
    scan: ABDOMEN,
    reference: ABDOMEN_LABELS,
    labels: LUNGS,
    of: `lung bases: ${SILVER}`,
    says: 'Only the lowest part of both lungs is in the scan, beside bowel gas.',
  },
]

/** Maps that no network of this project is trained on. */
const MADE = ['17', '18', '20'].flatMap((n) => {
  const made = `head_labelmaps_synthseg/training_seg_${n}.nii.gz`
  const shared = { what: `Head ${n}, CT made of its map`, made, reference: made }
  return [
    ...['ct-bone', 'ct-skull'].map((template) => ({
      ...shared,
      template,
      labels: [515, 516],
      of: 'cortical and cancellous bone of the map (exact)',
      says: 'Bone is marked from 226 HU, well below half-way to cortex (570 HU here), so that thin walls stay: thick ones come out wider, by about a voxel.',
    })),
    {
      ...shared,
      template: 'ct-airway',
      labels: null,
      of: 'cavities of the map seen closed in by the head, largest piece (exact, by rays)',
      says: 'Anatomy of a real head, values and noise made. Where the nose ends and the air outside begins is a convention.',
    },
  ]
})

/** @type {readonly SegmentCase[]} */
export const SEGMENT_CASES = [...REAL, ...MADE].map((one, n) => ({ ...one, id: `${n + 1}-${one.template}` }))
