/** A value that survives JSON unchanged. Declare shapes that go into the trace as `type`, not `interface`. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined }

/** The value of these bytes (JSON as UTF-8); undefined when they are none. */
export function parsedJson(bytes: Uint8Array): JsonValue | undefined {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as JsonValue
  } catch {
    return undefined
  }
}
