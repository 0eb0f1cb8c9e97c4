/**
 * Asks the browser not to evict the store; the answer, or null where it cannot be asked. Must run in the page: workers
 * have `persisted` but not `persist`.
 */
export async function askToPersist(): Promise<boolean | null> {
  if (!navigator.storage?.persist) return null
  return navigator.storage.persist().catch(() => null)
}
