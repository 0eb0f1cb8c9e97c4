import type { IconName } from './parts/icons.ts'

/** A tool of the Segment station: its panel stands in stations/segment/tools, its words in segment.en.ts. */
export type ToolId =
  | 'threshold'
  | 'grow'
  | 'seeds'
  | 'denoise'
  | 'paint'
  | 'scissors'
  | 'crop'
  | 'between'
  | 'islands'
  | 'holes'
  | 'margin'
  | 'smooth'
  | 'logic'
  | 'table'
  | 'ai'

/** What a tool is for: the list shows one group after the other. */
export type ToolGroup = 'mark' | 'draw' | 'clean'

interface ToolEntry {
  readonly id: ToolId
  readonly icon: IconName
  readonly group: ToolGroup
}

/** In the order they are listed. */
export const TOOLS: readonly ToolEntry[] = [
  { id: 'threshold', icon: 'threshold', group: 'mark' },
  { id: 'grow', icon: 'grow', group: 'mark' },
  { id: 'seeds', icon: 'seeds', group: 'mark' },
  { id: 'denoise', icon: 'denoise', group: 'mark' },
  { id: 'ai', icon: 'ai', group: 'mark' },
  { id: 'paint', icon: 'brush', group: 'draw' },
  { id: 'scissors', icon: 'scissors', group: 'draw' },
  { id: 'between', icon: 'between', group: 'draw' },
  { id: 'crop', icon: 'crop', group: 'draw' },
  { id: 'table', icon: 'table', group: 'draw' },
  { id: 'islands', icon: 'islands', group: 'clean' },
  { id: 'holes', icon: 'holes', group: 'clean' },
  { id: 'margin', icon: 'margin', group: 'clean' },
  { id: 'smooth', icon: 'smooth', group: 'clean' },
  { id: 'logic', icon: 'logic', group: 'clean' },
]

export const TOOL_GROUPS: readonly ToolGroup[] = ['mark', 'draw', 'clean']
