import { getContext, setContext } from 'svelte'
import type { BenchData } from '../../app/bench-data.ts'
import type { BenchOrder, TrialOrder } from '../../app/bench-view.ts'
import type { ShelfModel } from '../../app/model-view.ts'
import type { AnatomyId } from '../../core/anatomy.ts'
import type { Modality } from '../../core/types.ts'
import type { AttackId } from '../../evidence/attacks.ts'
import { CORRUPTIONS, type CorruptionId } from '../../evidence/corruptions.ts'
import type { LabelMeaning } from '../../evidence/dataset.ts'
import { ATTACK } from '../../evidence/limits.ts'
import { SEVERITIES } from '../../evidence/severity.ts'
import type { TabId } from '../bench.en.ts'

type Step = (typeof SEVERITIES)[number]

/** What is chosen on the bench. Never stored. */
export class EvidenceState {
  tab = $state<TabId>('overview')
  /** Digest of the chosen network. */
  chosen = $state<string | null>(null)
  /** Columns that are not compared. */
  columnsOff = $state.raw<readonly string[]>([])
  toleranceMm = $state(2)
  seed = $state(1)
  /** What scans are that do not say it; what the network was made for until a person chooses. */
  modality = $state<Modality | null>(null)
  /** What a person typed for a structure; the channels of the card where they typed nothing. */
  typed = $state.raw<Readonly<Partial<Record<AnatomyId, string>>>>({})
  structure = $state<AnatomyId | null>(null)
  kind = $state<TrialOrder['kind']>('grid')
  corruptions = $state.raw<readonly CorruptionId[]>(CORRUPTIONS.map(({ id }) => id))
  severities = $state.raw<readonly Step[]>(SEVERITIES)
  /** Cases that tests of robustness run on; none chosen is the first. */
  rows = $state.raw<readonly number[]>([])
  attack = $state<AttackId>('spsa')
  budget = $state<number>(ATTACK.queries)

  /** The chosen network, else the first. */
  rowOf(rows: readonly ShelfModel[]): ShelfModel | null {
    return rows.find(({ card }) => card.weights.sha256 === this.chosen) ?? rows[0] ?? null
  }

  /** As the field of a structure shows it. */
  textOf(row: ShelfModel, anatomy: AnatomyId): string {
    const channels = row.card.output.structures.find((one) => one.anatomy === anatomy)?.of ?? []
    return this.typed[anatomy] ?? channels.join(', ')
  }

  modalityFor({ card }: ShelfModel): Modality {
    return this.modality ?? card.scope.modalities[0] ?? 'other'
  }

  orderFor(row: ShelfModel): BenchOrder {
    const meanings = row.card.output.structures.flatMap(({ anatomy }): LabelMeaning[] =>
      this.textOf(row, anatomy)
        .split(/[,;\s]+/)
        .filter((word) => word !== '' && Number.isInteger(Number(word)))
        .map((word) => ({ value: Number(word), anatomy })),
    )
    return { row, meanings, modality: this.modalityFor(row), toleranceMm: this.toleranceMm, seed: this.seed }
  }

  /** Cases of the data that are chosen. */
  rowsIn({ cases }: BenchData): readonly number[] {
    const there = cases.map(({ row }) => row)
    const chosen = there.filter((row) => this.rows.includes(row))
    return chosen.length > 0 ? chosen : there.slice(0, 1)
  }

  /** The test that is chosen; null while it would run nothing. */
  trialOn(data: BenchData): TrialOrder | null {
    const { kind } = this
    const rows = this.rowsIn(data)
    const [row] = rows
    if (row === undefined) return null
    switch (kind) {
      case 'grid': {
        const { corruptions, severities } = this
        return corruptions.length > 0 && severities.length > 0 ? { kind, rows, corruptions, severities } : null
      }
      case 'relations':
        return { kind, rows }
      case 'edge-cases':
        return { kind, row }
      case 'attack':
        return { kind, row, id: this.attack, budget: this.budget }
    }
  }
}

const KEY = Symbol('evidence')
export const provideEvidence = (evidence: EvidenceState): EvidenceState => setContext(KEY, evidence)
export const useEvidence = (): EvidenceState => getContext<EvidenceState>(KEY)
