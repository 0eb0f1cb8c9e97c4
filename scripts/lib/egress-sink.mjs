// @ts-check
import { createSocket } from 'node:dgram'
import { createServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'

/**
 * Loopback sinks: an HTTP server that notes every path asked for, web sockets included, and two UDP ports and one of TCP that
 * note that anything came.
 * @typedef {{
 *   base: string, udp: { stun: string, turn: string, webTransport: string },
 *   reached: () => Set<string>, close: () => Promise<void>
 * }} Sink
 */

/** What reached a port without paths, by the port's use. */
const STUN = 'WebRTC STUN'
const TURN = 'WebRTC TURN over TCP'
const WEB_TRANSPORT = 'WebTransport'

/** @returns {Promise<Sink>} `reached` gives the last part of each path, decoded, and the names of the other ports that were reached */
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
  await listen(server)
  const stun = await listenUdp(() => reached.add(STUN))
  const webTransport = await listenUdp(() => reached.add(WEB_TRANSPORT))
  const turn = createTcpServer((socket) => {
    reached.add(TURN)
    socket.destroy()
  })
  await listen(turn)
  return {
    base: `http://127.0.0.1:${portOf(server)}/`,
    udp: {
      stun: `stun:127.0.0.1:${stun.address().port}`,
      turn: `turn:127.0.0.1:${portOf(turn)}?transport=tcp`,
      webTransport: `https://127.0.0.1:${webTransport.address().port}/`,
    },
    reached: () => new Set(reached),
    async close() {
      stun.close()
      webTransport.close()
      await new Promise((resolve) => turn.close(resolve))
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const listen = (/** @type {import('node:net').Server} */ server) =>
  new Promise((/** @type {(value: void) => void} */ resolve) => server.listen(0, '127.0.0.1', () => resolve()))

const portOf = (/** @type {import('node:net').Server} */ server) =>
  /** @type {import('node:net').AddressInfo} */ (server.address()).port

/**
 * @param {() => void} onPacket
 * @returns {Promise<import('node:dgram').Socket>}
 */
function listenUdp(onPacket) {
  const socket = createSocket('udp4', onPacket)
  return new Promise((resolve) => socket.bind(0, '127.0.0.1', () => resolve(socket)))
}
