/** Ways in which a page could send something out, as a person is told of them. */
export type ChannelId =
  | 'request'
  | 'picture'
  | 'style'
  | 'font'
  | 'script'
  | 'frame'
  | 'media'
  | 'object'
  | 'form'
  | 'webrtc'
  | 'window'
  | 'navigation'

/** 'untried': a try would end this page. */
export type ChannelState = 'closed' | 'open' | 'untried'
export interface ChannelRow {
  readonly id: ChannelId
  readonly state: ChannelState
}

/** The discard port of this machine (RFC 863): what reaches it has gone nowhere, and browsers refuse it anyway. */
const NOWHERE = 'http://127.0.0.1:9/'
const SETTLE_MS = 400
/** A browser with much to do says late what it refused: only after this long without a word a way counts as open. */
const PATIENCE_MS = 4000
const LOOK_MS = 50
const FRAME_NAME = 'proofprint-probe'

type Probe = (parent: HTMLElement) => unknown

/** By the directive of the page's policy that must refuse it (CSP level 3, effective directive). */
const PROBES: readonly [ChannelId, string, Probe][] = [
  ['request', 'connect-src', () => fetch(NOWHERE, { mode: 'no-cors' }).catch(() => {})],
  ['picture', 'img-src', (parent) => add(parent, 'img', { src: NOWHERE })],
  ['style', 'style-src-elem', (parent) => add(parent, 'link', { rel: 'stylesheet', href: NOWHERE })],
  ['font', 'font-src', () => new FontFace('probe', `url("${NOWHERE}")`).load().catch(() => {})],
  ['script', 'script-src-elem', (parent) => add(parent, 'script', { src: NOWHERE })],
  ['frame', 'frame-src', (parent) => add(parent, 'iframe', { src: NOWHERE })],
  ['media', 'media-src', (parent) => add(parent, 'video', { src: NOWHERE, preload: 'auto' })],
  ['object', 'object-src', (parent) => add(parent, 'object', { data: NOWHERE, type: 'image/png' })],
  ['form', 'form-action', submitForm],
]

/**
 * Tries every way out for real, with nothing in it, towards a port of this machine where nobody listens. Must run in a press: a new
 * window is asked for. A way is closed when the browser says that the policy refused it.
 */
export async function tryChannels(): Promise<ChannelRow[]> {
  const window = windowState()
  const refused = new Set<string>()
  const note = (event: SecurityPolicyViolationEvent) => refused.add(event.effectiveDirective)
  document.addEventListener('securitypolicyviolation', note)
  const parent = add(document.body, 'div', { hidden: '' })
  const thrown = new Set<ChannelId>()
  for (const [id, , probe] of PROBES) {
    try {
      probe(parent)
    } catch {
      // Trusted Types refuse a script's address before the policy is asked.
      thrown.add(id)
    }
  }
  const isClosed = (id: ChannelId, directive: string) => thrown.has(id) || refused.has(directive)
  for (let waited = 0; waited < PATIENCE_MS && !PROBES.every(([id, by]) => isClosed(id, by)); waited += LOOK_MS)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  document.removeEventListener('securitypolicyviolation', note)
  parent.remove()
  const rows = PROBES.map(([id, by]): ChannelRow => ({ id, state: isClosed(id, by) ? 'closed' : 'open' }))
  return [
    ...rows,
    { id: 'webrtc', state: await webRtcState() },
    { id: 'window', state: window },
    { id: 'navigation', state: 'untried' },
  ]
}

function add<T extends keyof HTMLElementTagNameMap>(
  parent: HTMLElement,
  name: T,
  attributes: Readonly<Record<string, string>>,
): HTMLElementTagNameMap[T] {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  parent.append(element)
  return element
}

/** Into a frame of this page: without a policy the form must not take the page away. */
function submitForm(parent: HTMLElement): void {
  add(parent, 'iframe', { name: FRAME_NAME })
  add(parent, 'form', { action: NOWHERE, method: 'post', target: FRAME_NAME }).submit()
}

/** A browser that may send past its proxy finds an address of its own; no server is asked. */
async function webRtcState(): Promise<ChannelState> {
  if (!('RTCPeerConnection' in globalThis)) return 'closed'
  const peer = new RTCPeerConnection()
  let isOpen = false
  peer.addEventListener('icecandidate', ({ candidate }) => {
    isOpen ||= Boolean(candidate?.candidate)
  })
  peer.createDataChannel('probe')
  await peer.setLocalDescription()
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
  peer.close()
  return isOpen ? 'open' : 'closed'
}

function windowState(): ChannelState {
  const opened = window.open('about:blank')
  opened?.close()
  return opened ? 'open' : 'closed'
}
