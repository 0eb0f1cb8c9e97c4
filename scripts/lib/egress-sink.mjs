// @ts-check
import { createSocket } from 'node:dgram'
import { createServer } from 'node:http'

/**
 * Loopback sinks: an HTTP server that notes every path asked for, web sockets included, and two UDP ports that note that
 * anything came.
 * @typedef {{
 *   base: string, udp: { stun: string, webTransport: string },
 *   reached: () => Set<string>, close: () => Promise<void>
 * }} Sink
 */

/** What reached a UDP port, by the port's use. */
const STUN = 'WebRTC STUN'
const WEB_TRANSPORT = 'WebTransport'

/** @returns {Promise<Sink>} `reached` gives the last part of each path, decoded, and the names of the UDP ports that got a packet */
export async function openSink() {
  /** @type {Set<string>} */
  const reached = new Set()
  const note = (/** @type {string | undefined} */ url) => reached.add(decodeURIComponent(url?.split('/').pop() ?? ''))
  const server = createServer((request, response) => {
    note(request.url)
    response.writeHead(200, { 'Content-Type': 'text/javascript', 'Access-Control-Allow-Origin': '*' }).end('')
  })
  server.on('upgrade', (request, socket) => {
    note(request.url)
    socket.destroy()
  })
  await new Promise((/** @type {(value: void) => void} */ resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const stun = await listenUdp(() => reached.add(STUN))
  const webTransport = await listenUdp(() => reached.add(WEB_TRANSPORT))
  const address = /** @type {import('node:net').AddressInfo} */ (server.address())
  return {
    base: `http://127.0.0.1:${address.port}/`,
    udp: {
      stun: `stun:127.0.0.1:${stun.address().port}`,
      webTransport: `https://127.0.0.1:${webTransport.address().port}/`,
    },
    reached: () => new Set(reached),
    async close() {
      stun.close()
      webTransport.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/**
 * @param {() => void} onPacket
 * @returns {Promise<import('node:dgram').Socket>}
 */
function listenUdp(onPacket) {
  const socket = createSocket('udp4', onPacket)
  return new Promise((resolve) => socket.bind(0, '127.0.0.1', () => resolve(socket)))
}
