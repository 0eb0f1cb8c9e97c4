import type { SessionView } from '../../app/session-view.ts'
import { RECEIPT_ENDING } from '../../app/station-view.ts'

/** Whether a file is sealed, or a receipt, by its name. */
export const isHandedFile = (path: string): boolean => path.endsWith('.age') || path.endsWith(RECEIPT_ENDING)

/** Opens a sealed file, or takes in a receipt, where both are seen. */
export async function takeHanded(session: SessionView, { path, file }: { path: string; file: File }): Promise<void> {
  session.go('handover')
  if (path.endsWith('.age')) await session.printStation.open(file)
  else await session.printStation.takeReceipt(file)
}
