import { PipelineError } from '../../core/errors.ts'
import type { JsonValue } from '../../core/json.ts'
import { type Guard, hasFields, isText } from '../../core/shape.ts'

const hasFormat = hasFields({ format: isText })

/** What a setting of the vault holds; `none` when it was never written. Throws 'vault/newer', 'vault/tampered'. */
export function keptBeside<T extends { readonly format: string }>(
  value: JsonValue,
  none: T,
  isKept: Guard<T>,
  what: string,
): T {
  if (value === null) return none
  if (isKept(value)) return value
  if (hasFormat(value) && value.format !== none.format)
    throw new PipelineError(
      'vault/newer',
      `${what} was stored by a newer version of the app. It is kept as it is. Reload the page to get that version.`,
    )
  throw new PipelineError('vault/tampered', `${what} cannot be read. It is kept as it is and not used.`)
}
