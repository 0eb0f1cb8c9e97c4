import { expect, test } from 'vitest'
import { groupSeries } from '../../../src/import/dicom-series.ts'
import { readImageTags } from '../../../src/import/dicom-tags.ts'
import { partsOf } from '../../../src/import/series-part.ts'
import { dicomStack, enhancedImage, str } from '../../support/scan-files.ts'

const parts = (files: readonly Uint8Array[]) => {
  const images = files.map((bytes, file) => {
    const tags = readImageTags(bytes, { fileBytes: bytes.length, inflate: () => new Uint8Array() })
    if (tags === null || tags === 'not-an-image') throw new Error(String(tags))
    return { file, tags }
  })
  return partsOf(groupSeries(images))
}
const stack = (o: Parameters<typeof dicomStack>[2]) => dicomStack(4, 1, o)
const temporal = (n: number) => ({ '0020,0100': str(0x0020, 0x0100, 'IS', String(n)) })

test('echoes are numbered by their time', () => {
  expect(parts([...stack({ echoTime: 12.5 }), ...stack({ echoTime: 4.6 }), ...stack({ echoTime: 20 })])).toEqual([
    [{ kind: 'echo', number: 2, of: 3, value: 12.5 }],
    [{ kind: 'echo', number: 1, of: 3, value: 4.6 }],
    [{ kind: 'echo', number: 3, of: 3, value: 20 }],
  ])
})
test('time points count up, the tenth after the second', () => {
  const files = [10, 2, 1].flatMap((n) => stack({ also: temporal(n) }))
  expect(parts(files).map(([part]) => [part?.kind, part?.number, part?.of, part?.value])).toEqual([
    ['time', 3, 3, null],
    ['time', 2, 3, null],
    ['time', 1, 3, null],
  ])
})
test('echoes of several time points are told by both', () => {
  const files = [1, 2].flatMap((n) => [4.6, 9.2].flatMap((echoTime) => stack({ echoTime, also: temporal(n) })))
  const told = parts(files).map((all) => all.map(({ kind, number }) => `${kind} ${number}`).join(', '))
  expect(told.toSorted()).toEqual(['echo 1, time 1', 'echo 1, time 2', 'echo 2, time 1', 'echo 2, time 2'])
})
test('frames of an enhanced image, by b-value', () => {
  const frames = [0, 1, 2].flatMap((z) => [0, 1000].map((bValue) => ({ position: [0, 0, z] as const, bValue })))
  expect(parts([enhancedImage(frames)])).toEqual([
    [{ kind: 'b-value', number: 1, of: 2, value: 0 }],
    [{ kind: 'b-value', number: 2, of: 2, value: 1000 }],
  ])
})
test('heart phases by their trigger, acquisitions by their number, kinds of image without one', () => {
  const trigger = (ms: number) => ({ '0018,1060': str(0x0018, 0x1060, 'DS', String(ms)) })
  expect(parts([...stack({ also: trigger(300) }), ...stack({ also: trigger(40) })]).map(([part]) => part)).toEqual([
    { kind: 'trigger', number: 2, of: 2, value: 300 },
    { kind: 'trigger', number: 1, of: 2, value: 40 },
  ])
  expect(parts([...stack({ acquisition: 3 }), ...stack({ acquisition: 7 })]).map(([part]) => part?.kind)).toEqual([
    'acquisition',
    'acquisition',
  ])
  const kinds = [...stack({ imageType: 'ORIGINAL\\PRIMARY\\M' }), ...stack({ imageType: 'ORIGINAL\\PRIMARY\\P' })]
  expect(parts(kinds).map(([part]) => [part?.kind, part?.number])).toEqual([
    ['kind', 1],
    ['kind', 2],
  ])
})
test('two series, and one that was not parted, are told nothing', () => {
  expect(parts([...stack({ seriesUid: '1.2.1', echoTime: 3 }), ...stack({ seriesUid: '1.2.2', echoTime: 5 })])).toEqual(
    [[], []],
  )
  expect(parts(stack({}))).toEqual([[]])
})
