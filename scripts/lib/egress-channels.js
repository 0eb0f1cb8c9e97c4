// The ways in which a page or a worker can send something out. Read as text and run inside the realm under test, because a
// bundler rewrites import(). Each takes the address of a sink that is told apart by its path, and may throw when it is refused.

/** @type {Record<string, (to: string, udp: { stun: string, turn: string, webTransport: string }) => unknown>} */
const channels = {
  fetch: (to) => fetch(to, { mode: 'no-cors' }),
  'fetch keepalive': (to) => fetch(to, { mode: 'no-cors', keepalive: true }),
  XMLHttpRequest(to) {
    const request = new XMLHttpRequest()
    request.open('GET', to)
    request.send()
  },
  WebSocket: (to) => new WebSocket(to.replace('http:', 'ws:')),
  EventSource: (to) => new EventSource(to),
  WebTransport: (_to, { webTransport }) => new WebTransport(webTransport).ready,
  'import()': (to) => import(to),
  sendBeacon: (to) => navigator.sendBeacon(to, 'x'),
  ping: (to) => add('a', { href: '#', ping: to }).click(),
  image: (to) => {
    new Image().src = to
  },
  'CSS url()': (to) => {
    const box = add('div', {})
    // A box without a size asks for no picture.
    box.textContent = 'x'
    box.style.backgroundImage = `url("${to}")`
  },
  font: (to) => new FontFace('sink', `url("${to}")`).load(),
  stylesheet: (to) => add('link', { rel: 'stylesheet', href: to }),
  script: (to) => add('script', { src: to }),
  modulepreload: (to) => add('link', { rel: 'modulepreload', href: to }),
  prefetch: (to) => add('link', { rel: 'prefetch', href: to }),
  preload: (to) => add('link', { rel: 'preload', as: 'image', href: to }),
  'speculation rules'(to) {
    const rules = document.createElement('script')
    rules.type = 'speculationrules'
    rules.textContent = JSON.stringify({ prefetch: [{ urls: [to], eagerness: 'immediate' }] })
    document.head.append(rules)
  },
  iframe: (to) => add('iframe', { src: to }),
  object: (to) => add('object', { data: to, type: 'image/png' }),
  video: (to) => add('video', { src: to, preload: 'auto' }),
  form: (to) => {
    const form = add('form', { action: to, method: 'post' })
    form.submit()
  },
  navigation: (to) => {
    location.href = to
  },
  popup: (to) => window.open(to),
  'WebRTC STUN': (_to, { stun }) => call({ urls: stun }),
  'WebRTC TURN over TCP': (_to, { turn }) => call({ urls: turn, username: 'x', credential: 'x' }),
}

/** Starts a call that asks this server for a way. */
function call(server) {
  const peer = new RTCPeerConnection({ iceServers: [server] })
  peer.createDataChannel('x')
  return peer.createOffer().then((offer) => peer.setLocalDescription(offer))
}

/** Adds an element to the page. */
function add(name, attributes) {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  document.body.append(element)
  return element
}

globalThis.egressChannels = channels
