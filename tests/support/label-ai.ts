import type { AiRegion, LabelAi } from '../../src/segment/label-ai.ts'

/** A region that nobody has looked at yet. */
export const openRegion = (mm3 = 80): AiRegion => ({
  at: [1, 2, 3],
  mm3,
  meanCertainty: 0.5,
  pieces: 1,
  state: 'open',
  word: null,
})

/** AMBER, with one open region and nobody who read it. */
export const AMBER_LABEL: LabelAi = {
  source: 'a'.repeat(64),
  model: { id: 'tiny', version: '1.0.0', sha256: 'b'.repeat(64), evaluated: true, spacingMm: 1 },
  structure: 'brain',
  band: 'amber',
  reasons: [{ rule: 'pairwise-dice', band: 'amber', value: 0.93, limit: 0.95 }],
  members: 4,
  run: { backend: 'wasm', adapter: 'a test', selfTest: { voxels: 8, differing: 0, dice: 1, passed: true } },
  p: 0.4,
  regions: [openRegion()],
  aiMm3: 1000,
  editedMm3: 0,
  firstReader: null,
  secondReader: null,
}

export const SIGNED = { who: 'CD', role: 'surgeon', at: '2026-05-01T10:00:00.000Z', reason: 'looked at it' } as const
