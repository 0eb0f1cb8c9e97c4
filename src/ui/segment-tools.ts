import type { IconName } from './parts/icons.ts'

/** A tool of the Segment station: its panel stands in stations/segment/tools, its words in segment.en.ts. */
export type ToolId = 'threshold' | 'islands' | 'holes' | 'margin' | 'denoise'

/** In the order they are listed. */
export const TOOLS: readonly { readonly id: ToolId; readonly icon: IconName }[] = [
  { id: 'threshold', icon: 'threshold' },
  { id: 'islands', icon: 'islands' },
  { id: 'holes', icon: 'holes' },
  { id: 'margin', icon: 'margin' },
  { id: 'denoise', icon: 'denoise' },
]
