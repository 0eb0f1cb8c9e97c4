/*
 * A scan is held once by page and workers together, where the browser allows memory to be shared: the page must be
 * cross-origin isolated, as our headers make it. Elsewhere each worker holds its own, by copy or transfer. Nobody writes
 * into a scan once it is made (see ADR 6).
 */

/** Whether these bytes lie on memory that is shared with other threads: it cannot be transferred, and need not be. */
export function isShared(view: ArrayBufferView): boolean {
  return typeof SharedArrayBuffer === 'function' && view.buffer instanceof SharedArrayBuffer
}

/** Zeroed memory for a scan, shared where that is allowed. */
export function scanBytes(length: number): Uint8Array {
  return typeof SharedArrayBuffer === 'function'
    ? new Uint8Array(new SharedArrayBuffer(length))
    : new Uint8Array(length)
}

/** Zeroed memory for this many voxels of a scan, as scanBytes. */
export function scanVoxels(count: number): Int16Array {
  return new Int16Array(scanBytes(2 * count).buffer)
}

/** What has to be handed over with a message that holds this array: its memory, or nothing when it is shared. */
export function transferOf(view: ArrayBufferView): ArrayBuffer[] {
  return view.buffer instanceof ArrayBuffer ? [view.buffer] : []
}
