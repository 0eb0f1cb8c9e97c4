/** One case and one structure, as far as groups are concerned. */
export interface BiasCase {
  /** Any number; cases of one person share it. */
  readonly patient: number
  /** Value by property ("sex": "f"); a property without a value is left out. */
  readonly groups: Readonly<Record<string, string>>
  readonly nsd: number
  /** The release gate let it through. */
  readonly isGreen: boolean
}
