import { anisotropy } from './corruptions/anisotropy.ts'
import { biasField } from './corruptions/bias-field.ts'
import { blur } from './corruptions/blur.ts'
import { crop } from './corruptions/crop.ts'
import { gamma } from './corruptions/gamma.ts'
import { ghost } from './corruptions/ghost.ts'
import { metal } from './corruptions/metal.ts'
import { motion } from './corruptions/motion.ts'
import { noise } from './corruptions/noise.ts'
import { offset } from './corruptions/offset.ts'
import { spike } from './corruptions/spike.ts'
import type { Corrupt } from './severity.ts'

export type CorruptionId =
  | 'motion'
  | 'ghost'
  | 'spike'
  | 'bias-field'
  | 'noise'
  | 'blur'
  | 'gamma'
  | 'anisotropy'
  | 'offset'
  | 'crop'
  | 'metal'

export interface Corruption {
  readonly id: CorruptionId
  readonly run: Corrupt
}

/** Every way in which a scan is made worse before a network sees it; five severities each. */
export const CORRUPTIONS: readonly Corruption[] = [
  { id: 'motion', run: motion },
  { id: 'ghost', run: ghost },
  { id: 'spike', run: spike },
  { id: 'bias-field', run: biasField },
  { id: 'noise', run: noise },
  { id: 'blur', run: blur },
  { id: 'gamma', run: gamma },
  { id: 'anisotropy', run: anisotropy },
  { id: 'offset', run: offset },
  { id: 'crop', run: crop },
  { id: 'metal', run: metal },
]
