import { PipelineError } from '../core/errors.ts'
import type { JsonValue } from '../core/json.ts'
import { type Guard, hasFields, isFlag, isListOf, isOneOf, isText } from '../core/shape.ts'
import { isTemplate, type Template } from './templates.ts'

/** A person's own template: every version it ever had, oldest first. A removed one is no longer offered, but can be looked up. */
export type OwnTemplate = {
  readonly id: string
  readonly removed: boolean
  readonly versions: readonly Template[]
}

/** What the vault keeps. */
export type OwnTemplates = {
  readonly format: 'proofprint-templates/1'
  readonly templates: readonly OwnTemplate[]
}

export const NO_TEMPLATES: OwnTemplates = { format: 'proofprint-templates/1', templates: [] }

const FORMAT = NO_TEMPLATES.format
const hasFormat = hasFields({ format: isText })
const isOwnTemplates: Guard<OwnTemplates> = hasFields({
  format: isOneOf([FORMAT]),
  templates: isListOf(hasFields({ id: isText, removed: isFlag, versions: isListOf(isTemplate) })),
})

/**
 * The templates that the vault kept; none when it never did. Throws 'vault/newer' for what a later version kept, and
 * 'vault/tampered' for anything else.
 */
export function readTemplates(value: JsonValue): OwnTemplates {
  if (value === null) return NO_TEMPLATES
  if (isOwnTemplates(value)) return value
  if (hasFormat(value) && value.format !== FORMAT) {
    throw new PipelineError(
      'vault/newer',
      'Your own templates were stored by a newer version of the app. They are kept as they are. Reload the page to get that version.',
      { format: value.format },
    )
  }
  throw new PipelineError(
    'vault/tampered',
    'Your own templates cannot be read. They are kept as they are and none is used. The shipped templates work as ever.',
  )
}

/** The longest name: enough for what it is for, too short for a person's particulars. */
export const LONGEST_NAME = 24

/** Newest versions of those that are offered. */
export const offered = ({ templates }: OwnTemplates): Template[] =>
  templates.flatMap(({ removed, versions }) => (removed ? [] : versions.slice(-1)))

/** All versions of a template, oldest first; none when it is not a person's own. */
export const versionsOf = ({ templates }: OwnTemplates, id: string): readonly Template[] =>
  templates.find((own) => own.id === id)?.versions ?? []

/**
 * Keeps a recipe under a name. An own template saved under its own name gets the next version; under another name, or from a
 * shipped one, it becomes a new template with `newId`. Throws 'app/bad-parameter' for a name that is empty or too long.
 */
export function withSaved(kept: OwnTemplates, recipe: Template, name: string, newId: string) {
  const called = checkedName(name)
  const own = kept.templates.find(({ id, removed }) => id === recipe.id && !removed)
  const last = own?.versions.at(-1)
  const { edited: _, ...plain } = recipe
  if (own && last && last.name === called) {
    const saved: Template = { ...plain, name: called, version: last.version + 1 }
    const next = { ...own, versions: [...own.versions, saved] }
    return { saved, kept: { ...kept, templates: kept.templates.map((one) => (one === own ? next : one)) } }
  }
  const saved: Template = { ...plain, id: newId, name: called, version: 1 }
  return { saved, kept: { ...kept, templates: [...kept.templates, { id: newId, removed: false, versions: [saved] }] } }
}

/** No longer offers a template. */
export const withRemoved = (kept: OwnTemplates, id: string): OwnTemplates => ({
  ...kept,
  templates: kept.templates.map((own) => (own.id === id ? { ...own, removed: true } : own)),
})

function checkedName(name: string): string {
  const called = name.trim().replace(/\s+/gu, ' ')
  if (called.length > 0 && called.length <= LONGEST_NAME && !/\p{Cc}/u.test(called)) return called
  throw new PipelineError('app/bad-parameter', `A name has 1 to ${LONGEST_NAME} letters. Choose a shorter one.`)
}
