import type { PolicyId, ProcessId } from '../core/finding.ts'
import { decimal } from './format.ts'
import { NO_UPPER_LIMIT } from './range.ts'

// Names of uses, processes and tissues, as every station says them.

export const POLICY: Readonly<Record<PolicyId, string>> = {
  teaching: 'Teaching',
  communication: 'Talking with the patient',
  planning: 'Planning aid',
}

export const PROCESS: Readonly<Record<ProcessId, string>> = {
  fdm: 'FDM',
  sla: 'SLA',
  sls: 'SLS',
  mjf: 'MJF',
  polyjet: 'PolyJet',
}

export const PROCESS_LONG: Readonly<Record<ProcessId, string>> = {
  fdm: 'FDM, filament',
  sla: 'SLA, resin',
  sls: 'SLS, powder',
  mjf: 'MJF, powder',
  polyjet: 'PolyJet, resin',
}

const TISSUES: Readonly<Record<string, string>> = {
  bone: 'Bone',
  'bone-cortical': 'Compact bone',
  'soft-tissue': 'Soft tissue',
  skin: 'Skin',
  'lung-airway': 'Lung and airway',
  'vessel-contrast': 'Vessels with contrast',
}
/** A tissue preset with its range in HU. */
export const TISSUE = (id: string, low: number, high: number) =>
  `${TISSUES[id] ?? id}, ${high >= NO_UPPER_LIMIT ? `from ${decimal(low, 0)}` : `${decimal(low, 0)} to ${decimal(high, 0)}`}\u2009HU`
