import type { TissuePreset } from '../segment/presets.ts'

/** The largest stored value: an upper limit that keeps everything. */
export const NO_UPPER_LIMIT = 32767
/** Where 12-bit CT ends. A preset that goes this far means all that is dense: metal beyond it is kept as well. */
const CT_END_HU = 3071

/** The upper limit of a preset as the screen uses it. */
export const presetHigh = (preset: TissuePreset): number =>
  preset.highHu >= CT_END_HU ? NO_UPPER_LIMIT : preset.highHu
