declare module 'fake-indexeddb/lib/forceCloseDatabase' {
  /** Closes a connection as a browser does that closes it without being asked. */
  export default function forceCloseDatabase(db: IDBDatabase): void
}
