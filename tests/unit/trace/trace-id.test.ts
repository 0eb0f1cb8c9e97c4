import { expect, test } from 'vitest'
import { readTraceId } from '../../../src/trace/trace-id.ts'

test('an id is read as a person types it or a file is called', () => {
  for (const typed of [
    ...['7K3MQ-2XA9B', '7k3mq-2xa9b', '7K3MQ2XA9B', ' 7k3mq 2xa9b ', '7K3MQ-2XA9B.3mf', '7K3MQ-2XA9B-part-1-of-2.stl'],
    'ID 7K3MQ-2XA9B rev 2',
  ]) {
    expect(readTraceId(typed), typed).toBe('7K3MQ-2XA9B')
  }
  expect(readTraceId('oIL00-00000')).toBe('01100-00000')
})

test('what is no id is none: too short, too long, a letter that no id has', () => {
  for (const typed of [
    '',
    '7K3MQ',
    '7K3MQ-2XA9',
    '7K3MQ-2XA9BC',
    'A7K3MQ-2XA9B',
    '7K3MU-2XA9B',
    'Heron 4172',
    '7K3MQ--2XA9B',
  ]) {
    expect(readTraceId(typed), typed).toBeNull()
  }
})
