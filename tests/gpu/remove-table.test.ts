import { expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../src/core/stage.ts'
import { bodyMaskGpu } from '../../src/segment/remove-table.gpu.ts'
import { bodyMask, REMOVE_TABLE } from '../../src/segment/remove-table.ts'
import { closeDawn, openDawn } from '../support/dawn.ts'
import { fingerprint } from '../support/fingerprint.ts'
import { gridOf, volumeOf } from '../support/phantoms.ts'

// Its tools have suites of their own; here that they are put together alike.
test('the body on the device is that of the CPU; a scan without one is refused there too', async () => {
  const { device } = await openDawn()
  const ctx = { ...IDLE_CONTEXT, device }
  const volume = volumeOf(gridOf([70, 60, 20], [2, 2, 3]), (i, j, k) => {
    if (j === 55 && i > 3) return 900
    if (Math.hypot(i - 30, j - 25) < 8) return k % 2 === 0 ? -850 : 100
    return Math.hypot(i - 35, j - 25) < 22 || (i > 55 && i < 62 && j === 25 && k > 4 && k < 12) ? 40 : -1000
  })
  const body = await bodyMaskGpu(volume, REMOVE_TABLE.defaults, ctx)
  expect(fingerprint(body)).toEqual(fingerprint(await bodyMask(volume, REMOVE_TABLE.defaults, IDLE_CONTEXT)))
  const air = volumeOf(gridOf([40, 9, 7]), () => -1000)
  await expect(bodyMaskGpu(air, REMOVE_TABLE.defaults, ctx)).rejects.toMatchObject({ code: 'segment/empty' })
  await closeDawn(device)
})
