import { IDLE_CONTEXT } from '../../core/stage.ts'
import { gaussian } from '../../volume/gaussian.ts'
import { atLevels } from '../severity.ts'

/** A Gaussian of this many mm: fifths of TorchIO's RandomBlur default, 0 to 2 mm. On coarse voxels the first steps do little. */
export const blur = atLevels([0.4, 0.8, 1.2, 1.6, 2], async (volume, sigmaMm) => ({
  ...volume,
  data: await gaussian(volume, sigmaMm, IDLE_CONTEXT),
}))
