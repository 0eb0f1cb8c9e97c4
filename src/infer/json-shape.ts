/** Notes what is wrong: the name of the field as a person finds it in the file, and what is wanted there. */
export type Say = (field: string, wants: string) => void

/** Reads a value of unknown JSON. Gives undefined after it has said what is wrong. */
export type Shape<T> = (value: unknown, field: string, say: Say) => T | undefined

const inside = (field: string, name: string) => (field === '' ? name : `${field}.${name}`)

function wrong(field: string, say: Say, wants: string): undefined {
  say(field, wants)
  return undefined
}

/** One line of text, 1 to `longest` letters; `pattern` narrows it and `wants` says how. */
export const text =
  (longest: number, pattern = /\S/, wants = 'text'): Shape<string> =>
  (value, field, say) =>
    typeof value === 'string' && value.length <= longest && pattern.test(value) && !/[\p{Cc}\p{Cs}]/u.test(value)
      ? value
      : wrong(field, say, `${wants} of 1 to ${longest} letters on one line`)

export const number =
  (min: number, max: number): Shape<number> =>
  (value, field, say) =>
    typeof value === 'number' && value >= min && value <= max
      ? value
      : wrong(field, say, `a number from ${min} to ${max}`)

export const whole =
  (min: number, max: number): Shape<number> =>
  (value, field, say) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max
      ? (value as number)
      : wrong(field, say, `a whole number from ${min} to ${max}`)

export const flag: Shape<boolean> = (value, field, say) =>
  typeof value === 'boolean' ? value : wrong(field, say, 'true or false')

export const oneOf =
  <T extends string>(allowed: readonly T[]): Shape<T> =>
  (value, field, say) =>
    allowed.find((one) => one === value) ?? wrong(field, say, `one of ${allowed.join(', ')}`)

export const orNull =
  <T>(shape: Shape<T>): Shape<T | null> =>
  (value, field, say) =>
    value === null ? null : shape(value, field, say)

/** A field that may be left out. */
export const absentAs =
  <T>(standard: T, shape: Shape<T>): Shape<T> =>
  (value, field, say) =>
    value === undefined ? standard : shape(value, field, say)

export const list =
  <T>(shape: Shape<T>, least: number, most: number): Shape<readonly T[]> =>
  (value, field, say) => {
    if (!Array.isArray(value) || value.length < least || value.length > most)
      return wrong(field, say, `a list of ${least} to ${most} entries`)
    const read = value.map((one, n) => shape(one, `${field}[${n}]`, say))
    return read.includes(undefined) ? undefined : (read as T[])
  }

export const three =
  <T>(shape: Shape<T>): Shape<readonly [T, T, T]> =>
  (value, field, say) =>
    list(shape, 3, 3)(value, field, say) as readonly [T, T, T] | undefined

/** Two numbers, the first not above the second. */
export const range =
  (min: number, max: number): Shape<readonly [number, number]> =>
  (value, field, say) => {
    const pair = list(number(min, max), 2, 2)(value, field, say) as readonly [number, number] | undefined
    return pair && pair[0] > pair[1] ? wrong(field, say, 'the smaller number before the larger') : pair
  }

/** An object with these fields; others are left out. */
export const record =
  <T extends object>(shapes: { readonly [K in keyof T]: Shape<T[K]> }): Shape<T> =>
  (value, field, say) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return wrong(field, say, 'an object with named fields')
    const names = Object.keys(shapes) as (keyof T & string)[]
    const read = names.map((name) => {
      const own = Object.hasOwn(value, name) ? (value as T)[name] : undefined
      return [name, shapes[name](own, inside(field, name), say)] as const
    })
    return read.some(([, one]) => one === undefined) ? undefined : (Object.fromEntries(read) as T)
  }

/** The shape that belongs to the value of `kind`. */
export const byKind =
  <T extends { readonly kind: string }>(shapes: Readonly<Record<T['kind'], Shape<T>>>): Shape<T> =>
  (value, field, say) => {
    const kinds = Object.keys(shapes) as T['kind'][]
    const kind = record<{ kind: T['kind'] }>({ kind: oneOf(kinds) })(value, field, say)?.kind
    return kind === undefined ? undefined : shapes[kind](value, field, say)
  }
