// @ts-check

/**
 * One real scan and how it is run. `seen` is what a person who looked at the part noted.
 * @typedef {{ id: string, what: string, scan: string, args?: string[], seen?: string }} EvidenceScan
 */

/** The CT scans of ../shared/data, as paths below it. @type {readonly EvidenceScan[]} */
export const SCANS = [
  {
    id: 'philips-head-phantom',
    what: 'Head phantom, Philips, 140 thin DICOM slices, zip',
    scan: 'ct_head_philips_1mm/philips_ingenuity_S2020_dicom.zip',
    seen: 'A sawn skull of plastic, complete. The gap around the crown is the saw cut. The thin walls of the orbits have holes, and the crown has a few small ones along a seam: there the plastic is too thin to reach 226 HU.',
  },
  {
    id: 'cranium',
    what: 'Head of a patient, NIfTI',
    scan: 'ct_head_cranium/cranium_ct.nii.gz',
    seen: 'It shows its back although the view is from the front: in this file the face lies where its axes say back is, and the head rest in front of it. Its source says that left and right were not verified. No case print from it before the side is signed.',
  },
  {
    id: 'abdomen',
    what: 'Abdomen and pelvis, 3 mm, NIfTI',
    scan: 'ct_abdomen_totalseg/example_ct.nii.gz',
    seen: 'The iliac wings and the vertebrae are open lattices and the rims end in spikes: at 3 mm thin cortex falls below 226 HU. It needs a finer scan, not another printer.',
  },
  {
    id: 'abdomen-crop',
    what: '30 slices of the same abdomen, NIfTI',
    scan: 'ct_abdomen_totalseg/example_ct_sm.nii.gz',
    seen: 'Three vertebrae as open lattices, for the same reason. Closed and printable with support, but a poor model.',
  },
  {
    id: 'aorta',
    what: 'Chest with contrast, 1.5 mm, NIfTI',
    scan: 'ct_abdomen_totalseg/aorta_1p5mm_ct.nii.gz',
    seen: 'Not bone alone: contrast is as dense as bone, so the largest piece is the heart and its vessels with a strip of breastbone. The crosses on the strip look like steel wires of an earlier operation. For vessels choose ct-vessel.',
  },
  {
    id: 'thorax',
    what: 'Heart with contrast, 1.5 mm, NIfTI',
    scan: 'ct_abdomen_totalseg/thorax_1p5mm_ct.nii.gz',
    seen: 'The heart and its vessels, filled with contrast, not bone. The row of teeth down its front looks like the heartbeat between slices, not like anatomy.',
  },
  {
    id: 'three-slices',
    what: 'Three slices of an abdomen beside DICOM SEG, zip',
    scan: 'dicom_seg/dcmqi_segmentations.zip',
    args: ['--series', '5'],
    seen: 'A ring 3 mm high, cut out of a vertebra: right, and of no use to anyone.',
  },
  {
    id: 'several-series',
    what: 'The same zip, no series named',
    scan: 'dicom_seg/dcmqi_segmentations.zip',
  },
  { id: 'gantry-tilt', what: 'Head with gantry tilt', scan: 'dicom_dicom2nifti/failing_gantrytilting.zip' },
  { id: 'one-place', what: 'Slices all at one place', scan: 'dicom_dicom2nifti/failing_notavolume.zip' },
  { id: 'two-slices', what: 'Two slices left of a series', scan: 'dicom_dicom2nifti/failing_slicecount.zip' },
  {
    id: 'uneven-steps',
    what: 'Slices at uneven steps',
    scan: 'dicom_dicom2nifti/failing_sliceincrement.zip',
    args: ['--series', '1'],
  },
  { id: 'one-slice', what: 'One slice in every encoding', scan: 'dicom_cornerstone/ctimage_all_transfer_syntaxes.zip' },
  { id: 'raw-slices', what: 'Raw slices without a header', scan: 'ct_head_vtk_headsq/headsq_quarter_raw16le.zip' },
  { id: 'sheared', what: 'Head with the tilt in its affine, NIfTI', scan: 'nifti_formats/niivue_shear.nii.gz' },
  { id: 'colours', what: 'Perfusion map in colours, NIfTI', scan: 'nifti_formats/niivue_ct_perfusion.nii.gz' },
]

/** The cranium as InVesalius made its surface: everything at 226 HU and above, nothing dropped, nothing filled. */
export const REFERENCE = {
  scan: 'ct_head_cranium/cranium_ct.nii.gz',
  truth: 'ct_head_cranium/reference.json',
  args: [
    ...['--set', 'threshold.lowHu=226', '--set', 'islands.keep=above', '--set', 'islands.minMm3=0'],
    ...['--set', 'fill-holes.enabled=false', '--until', 'model'],
  ],
}

/** What a print engineer says to a gate that refuses. @type {Record<string, string>} */
export const GATE_SAYS = {
  'wall-thickness':
    'Walls this thin are not laid down or break off. For a piece that is looked at and not handled it may be accepted; for anything else thicken them or leave them out.',
  'build-volume': 'It does not fit this machine. Print it on a larger one, or mark a smaller region.',
  'volume-change': 'The part no longer has the volume of the anatomy. A finer scan is needed.',
  'bounding-box': 'An outer size is off by more than the limit, so the part would not match what it is held against.',
  'surface-mean': 'The surface is off on average.',
  'surface-p95': 'The surface is off in too many places.',
  'surface-max': 'One place is too far off.',
  shells: 'There are pieces that would fall off.',
  'self-intersections':
    'The surface passes through itself. A slicer mends it one way or another; look there before it is printed.',
  genus:
    'A tunnel closed or opened against the mask. In thin bone that is noise and may be accepted; a canal for a nerve or a vessel must be as it was.',
  'ai-review': 'Nobody has looked at what the network was not sure of. A reviewer has to.',
  'slice-spacing': 'The slices are too far apart for this use.',
}

/** What a print engineer says to a scan that cannot be used. @type {Record<string, string>} */
export const ERROR_SAYS = {
  'import/tilted': 'Right: printed as it is, the head would lean by the tilt.',
  'volume/non-orthogonal': 'Right: printed as it is, the head would lean by the shear.',
  'import/not-a-volume': 'Right: one place has no height.',
  'import/too-few-slices': 'Right: this is no part.',
  'import/missing-slices': 'Right: what lay in the gap is not known.',
  'import/uneven-slices': 'Right: with one spacing for all, parts of it would be stretched.',
  'import/choose-series': 'Right: which of them is meant is for a person to say.',
  'import/nothing-readable': 'Right: without a header nobody knows its size in mm.',
  'import/unsupported': 'Right: colours of a map are no density.',
}
