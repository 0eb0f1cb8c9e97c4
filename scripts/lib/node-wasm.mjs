// @ts-check
import { setFlagsFromString } from 'node:v8'

/**
 * Does work that runs ONNX Runtime in Node without waiting for V8's compilers. By default V8 sets out to optimise nearly all of the
 * runtime (a minute of processor time), and Node waits for that whenever nothing else keeps its event loop alive: so few
 * functions are optimised, and a timer keeps the loop.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withQuickWasm(work) {
  setFlagsFromString('--wasm-tiering-budget=50000000')
  const timer = setInterval(() => {}, 1000)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}
