/** A self-test.bin of 3 x 2 x 1 voxels: values 0, 0.5 ... 2.5, channels 0 to 5. */
export function knownAnswerBytes(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(20 + 5 * 6)
  const view = new DataView(bytes.buffer)
  bytes.set([...'PPST'].map((c) => c.charCodeAt(0)))
  for (const [n, value] of [1, 3, 2, 1].entries()) view.setUint32(4 + 4 * n, value, true)
  for (let n = 0; n < 6; n++) view.setFloat32(20 + 4 * n, n / 2, true)
  bytes.set([0, 1, 2, 3, 4, 5], 44)
  return bytes
}
