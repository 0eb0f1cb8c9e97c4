import { expect, test } from 'vitest'
import {
  area,
  bytes,
  changePercent,
  count,
  countdown,
  decimal,
  fieldText,
  findingValue,
  mm,
  number3,
  opened,
  shortDigest,
  signed,
  spacing3,
  timeLeft,
  typedNumber,
  unbroken,
  volume,
} from '../../../src/ui/format.ts'

test('numbers have a true minus, a thin space before the unit and no minus zero', () => {
  expect(mm(-6)).toBe('\u22126.00\u2009mm')
  expect(decimal(-0.001, 1)).toBe('0.0')
  expect(decimal(Number.NaN, 1)).toBe('unknown')
  expect(count(212324)).toBe('212\u2009324')
  expect(count(1712)).toBe('1712')
})
test('at most three significant digits', () => {
  expect([0.742, 1, 62.46, 412.3].map(number3)).toEqual(['0.742', '1.00', '62.5', '412'])
  expect([0.62, 12.44, 176.2, 0.004].map(mm)).toEqual(['0.62', '12.4', '176', '0.004'].map((t) => `${t}\u2009mm`))
  expect(spacing3([0.742, 0.742, 1])).toBe('0.742 × 0.742 × 1.00\u2009mm')
})
test('changes carry their sign', () => {
  expect(changePercent(1.1)).toBe('+1.1\u2009%')
  expect(changePercent(-0.1)).toBe('\u22120.1\u2009%')
  expect(signed(0, 1)).toBe('0.0')
  expect(signed(0.01, 1)).toBe('0.0')
})
test('volumes, bytes and times choose a unit', () => {
  expect(volume(45_600)).toBe('45.6\u2009cm³')
  expect(volume(12)).toBe('12\u2009mm³')
  expect(bytes(0)).toBe('0\u2009bytes')
  expect(bytes(18_400_000)).toBe('18.4\u2009MB')
  expect(bytes(999_999)).toBe('1.00\u2009MB')
  expect(timeLeft(0.2)).toBe('1\u2009s')
  expect(timeLeft(240)).toBe('4\u2009min')
  expect(countdown(522_000)).toBe('8:42')
})
test('areas change to square centimetres at 100', () => {
  expect([4, 62.46, 99.4, 100, 2130].map(area)).toEqual([
    '4.00\u2009mm²',
    '62.5\u2009mm²',
    '99.4\u2009mm²',
    '1.00\u2009cm²',
    '21.3\u2009cm²',
  ])
})
test('a sentence keeps each number with its unit', () => {
  expect(unbroken(`over ${area(1400)}; ${mm(0.3)}.`)).toBe('over 14.0\u2009\u2060cm²; 0.30\u2009\u2060mm.')
})
test('a field shows a true minus and reads any', () => {
  expect([-408, 0.05, 0.1 + 0.2, 3].map(fieldText)).toEqual(['\u2212408', '0.05', '0.3', '3'])
  expect(['\u2212408', '-408', '\u2013 408', '0,05', ' 12\u2009000 '].map(typedNumber)).toEqual([
    -408, -408, -408, 0.05, 12000,
  ])
  expect(['', '-', 'abc', '1,2,3', 'Infinity'].map(typedNumber)).toEqual([null, null, null, null, null])
})
test('findings show their unit', () => {
  expect(findingValue(0.62, 'mm')).toBe('0.62\u2009mm')
  expect(findingValue(1.35, ':1')).toBe('1.35 : 1')
  expect(findingValue(3, 'count')).toBe('3')
})
test('digests are shortened, today shows the time', () => {
  expect(shortDigest('b41e90c2ffff7a1f')).toBe('b41e 90c2 … 7a1f')
  const now = new Date(2026, 10, 23, 15, 0)
  expect(opened(new Date(2026, 10, 23, 14, 6).toISOString(), now)).toBe('14:06')
  expect(opened(new Date(2026, 10, 20, 14, 6).toISOString(), now)).toBe('20 Nov')
})
