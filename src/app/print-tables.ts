import type { AnatomyId } from '../core/anatomy.ts'
import type { Cell } from '../print/csv-write.ts'
import { printerStrainPercent } from '../print/drift.ts'
import type { RegistryPart } from '../print/effort.ts'
import type { Label } from '../segment/label-set.ts'
import type { PrintRecord } from './print-records.ts'

const REGIONS: Readonly<Record<string, readonly AnatomyId[]>> = {
  head: [
    'skull',
    'mandible',
    'maxilla',
    'teeth',
    'brain',
    'grey-matter',
    'white-matter',
    'csf',
    'ventricles',
    'cerebellum',
  ],
  spine: ['spine', 'vertebra', 'sacrum'],
  chest: ['ribs', 'sternum', 'airway', 'lung', 'heart', 'aorta'],
  abdomen: ['liver', 'spleen', 'kidney'],
  pelvis: ['pelvis', 'hip-bone', 'bladder'],
  'upper extremity': ['scapula', 'clavicle', 'humerus', 'radius', 'ulna', 'hand'],
  'lower extremity': ['femur', 'patella', 'tibia', 'fibula', 'foot'],
}
const DEEP_BRAIN: readonly AnatomyId[] = [
  'brain-stem',
  'thalamus',
  'caudate',
  'putamen',
  'pallidum',
  'hippocampus',
  'amygdala',
]

const regionOf = (anatomy: AnatomyId): string =>
  DEEP_BRAIN.includes(anatomy)
    ? 'head'
    : (Object.entries(REGIONS).find(([, structures]) => structures.includes(anatomy))?.[0] ?? 'other')

/** The printed structures as the registry names parts; the subregion is not known here. */
export const registryParts = (printed: readonly Label[]): RegistryPart[] =>
  printed.map(({ anatomy, laterality }) => ({
    region: regionOf(anatomy),
    subregion: '',
    structure: anatomy,
    laterality: laterality === 'none' ? 'not-applicable' : laterality,
  }))

const HEADING = [
  'at',
  'release',
  'printer',
  'material',
  'decision',
  'reasons',
  'rules_broken',
  'strain_x_percent',
  'strain_y_percent',
  'strain_z_percent',
  'cost',
  'currency',
  'cause',
]

/** All prints as rows of a CSV, its heading first; without the ids of cases. */
export function printTable(prints: readonly PrintRecord[]): Cell[][] {
  const rows = prints.map((print): Cell[] => {
    const strain: readonly (number | null)[] = printerStrainPercent(print) ?? [null, null, null]
    const { at, job, printer, material, decision, reasons, broken, cost, currency, cause } = print
    const rounded = strain.map((value) => (value === null ? null : Math.round(value * 1000) / 1000))
    return [
      at,
      job,
      printer,
      material,
      decision,
      reasons.join(' '),
      broken.join(' '),
      ...rounded,
      cost,
      currency,
      cause,
    ]
  })
  return [HEADING, ...rows]
}
