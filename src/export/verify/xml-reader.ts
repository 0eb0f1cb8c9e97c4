import { refuse } from './refuse.ts'

/** Takes an XML text apart. Names come as `{namespace}local`; attributes without prefix by their plain name. */
export interface XmlHandler {
  open(name: string, attributes: ReadonlyMap<string, string>): void
  /** The text directly inside an element, without pieces that are only space, goes with its end. */
  close(name: string, text: string): void
}

/** No tag, comment or text of a model is longer. */
const LONGEST = 65_536
const DEEPEST = 32
const MOST_ATTRIBUTES = 64
const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace'
const TAG = /<([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)((?:\s+[A-Za-z_][\w.:-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y
const END_TAG = /<\/([A-Za-z_][\w.:-]*)\s*>/y
const ATTRIBUTE = /([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** The five entities of XML and characters by number; 3MF forbids all others (Core 2.3.3). */
function decoded(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&([^;&]{0,10});?/g, (whole, name: string) => {
    const number = /^#(?:x([\da-fA-F]{1,6})|(\d{1,7}))$/.exec(name)
    const code = number ? Number.parseInt(number[1] ?? number[2] ?? '', number[1] ? 16 : 10) : 0
    const found = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined
    if (!whole.endsWith(';') || (found === undefined && !(code > 0x1f && code <= 0x10ffff))) throw refuse('entity')
    return found ?? String.fromCodePoint(code)
  })
}

type Scope = ReadonlyMap<string, string>

interface Open {
  readonly raw: string
  readonly name: string
  readonly scope: Scope
  text: string
}

/**
 * Reads well-formed XML while it comes, with names in their namespaces. No document types, no foreign entities, no processing
 * instructions; depth, lengths and the number of attributes are bounded, so memory is a piece of the text.
 * Errors: threemf/not-utf8, doctype, entity, malformed, too-long, too-deep.
 */
export class XmlReader {
  readonly #handler: XmlHandler
  readonly #decoder = new TextDecoder('utf-8', { fatal: true })
  readonly #open: Open[] = []
  #text = ''
  #at = 0
  #begun = false
  #rootSeen = false

  constructor(handler: XmlHandler) {
    this.#handler = handler
  }
  push(bytes: Uint8Array): void {
    this.#read(this.#utf8(bytes, true), false)
  }
  end(): void {
    this.#read(this.#utf8(new Uint8Array(0), false), true)
    if (!this.#rootSeen || this.#open.length > 0) throw refuse('malformed')
  }
  #utf8(bytes: Uint8Array, stream: boolean): string {
    try {
      return this.#decoder.decode(bytes, { stream })
    } catch {
      throw refuse('not-utf8')
    }
  }
  #read(more: string, isLast: boolean): void {
    this.#text = this.#text.slice(this.#at) + more
    this.#at = 0
    while (this.#at < this.#text.length && this.#token(isLast));
    if (isLast && this.#at < this.#text.length) throw refuse('malformed')
    if (this.#text.length - this.#at > LONGEST) throw refuse('too-long')
  }
  /** Takes the next token; false when more of the text must come first. */
  #token(isLast: boolean): boolean {
    const text = this.#text
    const at = this.#at
    if (text[at] !== '<') return this.#characters(isLast)
    if (text.length - at < 9 && !isLast) return false
    if (text.startsWith('<!--', at)) return this.#skip('-->', 4)
    if (text.startsWith('<?', at)) return this.#declaration()
    if (text.startsWith('<![CDATA[', at)) return this.#verbatim()
    if (text.startsWith('<!', at)) throw refuse('doctype')
    return this.#tag()
  }
  #characters(isLast: boolean): boolean {
    const next = this.#text.indexOf('<', this.#at)
    // An entity must not be cut in two.
    if (next < 0 && !isLast) return false
    const end = next < 0 ? this.#text.length : next
    this.#say(decoded(this.#text.slice(this.#at, end)))
    this.#at = end
    return true
  }
  #say(text: string): void {
    this.#begun = true
    // A line break a vertex would add up to a text.
    if (text.trim() === '') return
    const inside = this.#open.at(-1)
    if (!inside) throw refuse('malformed')
    inside.text += text
    if (inside.text.length > LONGEST) throw refuse('too-long')
  }
  #until(mark: string, from: number): number {
    const end = this.#text.indexOf(mark, this.#at + from)
    if (end - this.#at > LONGEST) throw refuse('too-long')
    return end
  }
  #skip(mark: string, from: number): boolean {
    const end = this.#until(mark, from)
    if (end < 0) return false
    this.#begun = true
    this.#at = end + mark.length
    return true
  }
  #declaration(): boolean {
    const end = this.#until('?>', 2)
    if (end < 0) return false
    const said = this.#text.slice(this.#at, end)
    if (this.#begun || !/^<\?xml\s/.test(said)) throw refuse('malformed')
    const encoding = /encoding\s*=\s*["']([^"']*)["']/.exec(said)?.[1]
    if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8') throw refuse('not-utf8')
    return this.#skip('?>', 2)
  }
  #verbatim(): boolean {
    const end = this.#until(']]>', 9)
    if (end < 0) return false
    this.#say(this.#text.slice(this.#at + 9, end))
    this.#at = end + 3
    return true
  }
  #tag(): boolean {
    const text = this.#text
    const pattern = text[this.#at + 1] === '/' ? END_TAG : TAG
    pattern.lastIndex = this.#at
    const match = pattern.exec(text)
    if (!match) {
      const waits = text.length - this.#at <= LONGEST && !this.#isWholeTag()
      if (!waits) throw refuse(text.indexOf('>', this.#at) < 0 ? 'too-long' : 'malformed')
      return false
    }
    if (match[0].length > LONGEST) throw refuse('too-long')
    this.#begun = true
    this.#at = pattern.lastIndex
    if (pattern === END_TAG) this.#close(match[1] ?? '')
    else this.#openTag(match[1] ?? '', match[2] ?? '', match[3] === '/')
    return true
  }
  /** Whether the tag at hand has its end, outside of quotes: then more text would not mend it. */
  #isWholeTag(): boolean {
    let quote = ''
    for (let n = this.#at + 1; n < this.#text.length; n++) {
      const c = this.#text[n] as string
      if (quote !== '') quote = c === quote ? '' : quote
      else if (c === '"' || c === "'") quote = c
      else if (c === '>' || c === '<') return true
    }
    return false
  }
  #openTag(raw: string, said: string, isEmpty: boolean): void {
    const parent = this.#open.at(-1)
    if (!parent && this.#rootSeen) throw refuse('malformed')
    if (this.#open.length >= DEEPEST) throw refuse('too-deep')
    this.#rootSeen = true
    const plain = new Map<string, string>()
    for (const [, name = '', double, single] of said.matchAll(ATTRIBUTE)) {
      if (plain.has(name) || plain.size >= MOST_ATTRIBUTES) throw refuse('malformed')
      plain.set(name, decoded(double ?? single ?? ''))
    }
    const scope = scopeOf(plain, parent?.scope)
    const element: Open = { raw, name: inNamespace(raw, scope, scope.get('')), scope, text: '' }
    this.#handler.open(element.name, attributesOf(plain, scope))
    if (isEmpty) this.#handler.close(element.name, '')
    else this.#open.push(element)
  }
  #close(raw: string): void {
    const element = this.#open.pop()
    if (element?.raw !== raw) throw refuse('malformed')
    this.#handler.close(element.name, element.text)
  }
}

const NO_SCOPE: Scope = new Map([['xml', XML_NAMESPACE]])

function scopeOf(attributes: ReadonlyMap<string, string>, parent = NO_SCOPE): Scope {
  let scope: Map<string, string> | null = null
  for (const [name, value] of attributes) {
    if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue
    scope ??= new Map(parent)
    scope.set(name.slice(6), value)
  }
  return scope ?? parent
}

function inNamespace(raw: string, scope: Scope, without = ''): string {
  const colon = raw.indexOf(':')
  if (colon < 0) return `{${without}}${raw}`
  const namespace = scope.get(raw.slice(0, colon))
  if (namespace === undefined) throw refuse('malformed')
  return `{${namespace}}${raw.slice(colon + 1)}`
}

/** By name; declarations of prefixes stay as they are, `xmlns:p`. */
function attributesOf(plain: ReadonlyMap<string, string>, scope: Scope): ReadonlyMap<string, string> {
  let qualified: Map<string, string> | null = null
  for (const [name, value] of plain) {
    if (!name.includes(':') || name.startsWith('xmlns:')) continue
    qualified ??= new Map(plain)
    qualified.delete(name)
    qualified.set(inNamespace(name, scope), value)
  }
  return qualified ?? plain
}
