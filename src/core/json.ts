/** A value that survives JSON unchanged. Declare shapes that go into the trace as `type`, not `interface`. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined }
