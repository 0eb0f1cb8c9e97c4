import type { Volume } from '../../core/types.ts'
import { intensitiesOf, storedValue } from '../intensity.ts'

/** Rounds stored values back into a scan; none darker than the darkest was, as no magnitude is below nothing. */
export function clippedToFloor(volume: Volume, stored: Float32Array): Volume {
  const floor = storedValue(volume, intensitiesOf(volume).floor)
  const [low, high] = volume.slope < 0 ? [-32768, floor] : [floor, 32767]
  const data = new Int16Array(stored.length)
  for (let n = 0; n < data.length; n++) data[n] = Math.max(low, Math.min(high, Math.round(stored[n] as number)))
  return { ...volume, data }
}
