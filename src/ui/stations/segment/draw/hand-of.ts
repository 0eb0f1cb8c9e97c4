import type { SessionView } from '../../../../app/session-view.ts'
import type { ToolId } from '../../../segment-tools.ts'
import type { ViewState } from '../../../view.svelte.ts'
import type { ToolHand } from '../../../viewer/pane-hand.ts'
import { BrushHand } from './brush-hand.ts'
import { CropHand } from './crop-hand.ts'
import { ScissorsHand } from './scissors-hand.ts'

type MakeHand = new (session: SessionView, view: ViewState) => ToolHand

/** Tools that are used on the pictures themselves. */
const HANDS: Partial<Readonly<Record<ToolId, MakeHand>>> = { paint: BrushHand, scissors: ScissorsHand, crop: CropHand }

/** What this tool does with the pointer over the pictures; null leaves it to them. */
export function handOf(tool: ToolId, session: SessionView, view: ViewState): ToolHand | null {
  const Hand = HANDS[tool]
  return Hand ? new Hand(session, view) : null
}
