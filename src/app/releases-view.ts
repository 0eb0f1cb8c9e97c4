import type { ReleaseState } from '../../workers/release-cache.ts'

/** The app that is installed for use without a network, and what its host offers. */
export interface ReleasesView {
  readonly state: ReleaseState
  /** Whether the person has put off what is ready or refused. */
  readonly isPutOff: boolean
  putOff(): void
  /** Locks, and starts the app that is ready. */
  use(): Promise<void>
}
