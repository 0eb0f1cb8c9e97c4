/** Says whether a value has a form, for what comes back from JSON: what was stored is looked at before it is believed. */
export type Guard<T> = (value: unknown) => value is T
export type Guarded<G> = G extends Guard<infer T> ? T : never

export const isText: Guard<string> = (value) => typeof value === 'string'
/** Finite. */
export const isNumber: Guard<number> = (value): value is number => Number.isFinite(value)
export const isCount: Guard<number> = (value): value is number => Number.isSafeInteger(value) && (value as number) >= 0
export const isFlag: Guard<boolean> = (value) => typeof value === 'boolean'

/** An object with keys, no list. */
export const isRecord: Guard<Readonly<Record<string, unknown>>> = (value): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isListOf =
  <T>(isItem: Guard<T>): Guard<readonly T[]> =>
  (value): value is readonly T[] =>
    Array.isArray(value) && value.every(isItem)

export const isOneOf =
  <const T extends string | number>(values: readonly T[]): Guard<T> =>
  (value): value is T =>
    values.some((one) => one === value)

export const isNullOr =
  <T>(isOther: Guard<T>): Guard<T | null> =>
  (value): value is T | null =>
    value === null || isOther(value)

export const isAbsentOr =
  <T>(isOther: Guard<T>): Guard<T | undefined> =>
  (value): value is T | undefined =>
    value === undefined || isOther(value)

/** An object whose values all have one form. */
export const isMapOf =
  <T>(isValue: Guard<T>): Guard<Readonly<Record<string, T>>> =>
  (value): value is Readonly<Record<string, T>> =>
    isRecord(value) && Object.values(value).every(isValue)

/** An object with these fields; it may have others. */
export const hasFields =
  <const Fields extends Readonly<Record<string, Guard<unknown>>>>(
    fields: Fields,
  ): Guard<{ readonly [Name in keyof Fields]: Guarded<Fields[Name]> }> =>
  (value): value is { readonly [Name in keyof Fields]: Guarded<Fields[Name]> } =>
    isRecord(value) && Object.entries(fields).every(([name, isField]) => isField(value[name]))
