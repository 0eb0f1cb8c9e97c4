import type { PrintRecord } from '../../src/app/print-records.ts'
import { type PrinterProfile, SHIPPED_PROFILES } from '../../src/print/profiles.ts'
import type { HandedOver } from '../../src/vault/handed-over.ts'

export const OWN_PROFILE: PrinterProfile = {
  ...(SHIPPED_PROFILES[0] as PrinterProfile),
  id: 'own-1',
  name: 'Print lab 2',
}

/** A print on that printer, of which two of three sizes were measured, and accepted. */
export const printRecord = (change: Partial<PrintRecord> = {}): PrintRecord => ({
  id: 'p1',
  caseId: 'c1',
  job: 'ab'.repeat(32),
  traceId: null,
  profileId: OWN_PROFILE.id,
  printer: OWN_PROFILE.name,
  material: 'PLA',
  at: '2026-05-10T10:00:00.000Z',
  blocks: [{ id: 'A', expectedMm: [10, 10, 10], measuredMm: [10.1, null, 9.9] }],
  rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  decision: 'accept',
  broken: [],
  reasons: [],
  cause: '',
  cost: 12.5,
  currency: 'EUR',
  hasPhoto: false,
  ...change,
})

/** A file that was sealed for a station, and came back as printed. */
export const handedOver = (change: Partial<HandedOver> = {}): HandedOver => ({
  caseId: 'c1',
  traceId: '7K3MQ-2XA9B',
  job: 'ab'.repeat(32),
  fileName: '7K3MQ-2XA9B.3mf',
  station: 'cd'.repeat(32),
  stationName: 'Print room',
  release: 'ef'.repeat(32),
  at: '2026-05-10T10:00:00.000Z',
  expires: '2026-06-09T10:00:00.000Z',
  receipt: {
    printer: OWN_PROFILE.name,
    material: 'PLA, lot 4',
    at: '2026-05-11T10:00:00.000Z',
    by: 'Print room',
    digest: '12'.repeat(32),
    text: '{}',
  },
  ...change,
})
