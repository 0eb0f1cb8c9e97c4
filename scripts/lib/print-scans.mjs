// @ts-check
import { SCANS } from './evidence-scans.mjs'

/** @typedef {{ id: string, what: string, scan: string, template: string, args: readonly string[] }} PrintScan */

export const PROCESSES = ['fdm', 'sla', 'sls', 'mjf', 'polyjet']

/** Templates for what a scan shows; the others take bone. @type {Readonly<Record<string, string>>} */
const TEMPLATE = {
  cranium: 'ct-skull',
  abdomen: 'ct-pelvis',
  'abdomen-crop': 'ct-spine',
  aorta: 'ct-vessel',
  thorax: 'ct-vessel',
}

/** @type {readonly Omit<PrintScan, 'args'>[]} */
const MR = [
  { id: 'mr-t1', what: 'Head, T1, cropped, NIfTI', scan: 'mr_t1_brainchop/t1_crop.nii.gz', template: 'mr-head-skin' },
  {
    id: 'mr-ch2',
    what: 'Head, T1, mean of 27 scans, NIfTI',
    scan: 'mr_ch2_colin/ch2.nii.gz',
    template: 'mr-head-skin',
  },
  {
    id: 'mr-brain-only',
    what: 'The brain of it alone, NIfTI',
    scan: 'mr_ch2_colin/ch2bet.nii.gz',
    template: 'mr-surface',
  },
]

/** Every real scan with the template it is printed by. @type {readonly PrintScan[]} */
export const PRINT_SCANS = [
  ...SCANS.map(({ id, what, scan, args = [] }) => ({ id, what, scan, args, template: TEMPLATE[id] ?? 'ct-bone' })),
  ...MR.map((scan) => ({ ...scan, args: [] })),
]
