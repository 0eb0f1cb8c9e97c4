import { expect, test } from 'vitest'
import type { Params } from '../../../src/app/templates.ts'
import type { Bounds } from '../../../src/core/mesh.ts'
import { PROCESSES } from '../../../src/qa/process.ts'
import { PartTools } from '../../../src/ui/part-tools.svelte.ts'
import { PART_TOOLS } from '../../../src/ui/part-tools.ts'
import { boundsOfBody, toolPlane } from '../../../src/ui/tool-plane.ts'
import { boxMesh, joinMeshes } from '../../support/meshes.ts'

const BOX: Bounds = { min: [0, 10, 20], max: [4, 20, 40] }
const TOP = { pointLps: [1, 12, 40], normalLps: [0, 0, 1], triangle: 0 } as const
const PLANE = { pointLps: [0, 0, 5], normalLps: [0, 0, 1] } as const

function toolOf(stage: string) {
  const tool = PART_TOOLS.find((one) => one.stage === stage)
  if (!tool) throw new Error(`no tool ${stage}`)
  return tool
}
function ordersOf(stage: string, set: Params, process: keyof typeof PROCESSES) {
  const [tools, tool] = [new PartTools(), toolOf(stage)]
  tools.set(tool, set)
  return tool.orders?.(tools.paramsOf(tool, PROCESSES[process]), PLANE, PROCESSES[process])
}

test('a plane across an axis begins in the middle and stays within the part', () => {
  expect(toolPlane({ way: 'z', atMm: null }, null, BOX)).toEqual({
    ...{ plane: { pointLps: [0, 0, 30], normalLps: [0, 0, 1] }, atMm: 30, minMm: 20, maxMm: 40 },
  })
  expect(toolPlane({ way: 'x', atMm: 9 }, null, BOX)?.plane.pointLps).toEqual([4, 0, 0])
})

test('a plane at a face lies under it, along its normal; without a face there is none', () => {
  expect(toolPlane({ way: 'face', atMm: null }, null, BOX)).toBeNull()
  expect(toolPlane({ way: 'face', atMm: 5 }, TOP, BOX)).toEqual({
    ...{ plane: { pointLps: [1, 12, 35], normalLps: [0, 0, 1] }, atMm: 5, minMm: 0, maxMm: 20 },
  })
  expect(toolPlane({ way: 'face', atMm: 90 }, TOP, BOX)?.plane.pointLps).toEqual([1, 12, 20])
})

test('the box of the chosen body alone, of all where none is chosen', () => {
  const [a, b] = [boxMesh([0, 0, 0], [1, 1, 1]), boxMesh([5, 5, 5], [6, 6, 6])]
  const runs = [a, b].map(({ positions, indices }, n) => ({
    ...{ id: n + 1, vertices: positions.length / 3, triangles: indices.length / 3 },
  }))
  const both = joinMeshes(a, b)
  expect(boundsOfBody(both, runs, 2)).toEqual({ min: [5, 5, 5], max: [6, 6, 6] })
  expect(boundsOfBody(both, runs, null)).toEqual({ min: [0, 0, 0], max: [6, 6, 6] })
})

test('a hollow part drains as the process wants it, unless it is open', () => {
  expect(ordersOf('hollow', {}, 'sls')).toMatchObject([
    { stage: 'hollow', params: { wallMm: 1.6, openAt: null } },
    { stage: 'drain', params: { diameterMm: 3.5, perCavity: 1 } },
  ])
  expect(ordersOf('hollow', {}, 'fdm')?.map(({ stage }) => stage)).toEqual(['hollow'])
  expect(ordersOf('hollow', { open: true }, 'sls')).toMatchObject([{ stage: 'hollow', params: { openAt: PLANE } }])
})

test('a cut takes the gap of the process, loose or tight, and asks for no places without connectors', () => {
  const gap = (fit: string) => ordersOf('pegs', { fit }, 'fdm')?.[0]?.params.clearanceMm
  expect([gap('loose'), gap('tight')]).toEqual([0.4, 0.2])
  expect(ordersOf('pegs', { kind: 'none' }, 'fdm')?.[0]?.params).toEqual({
    plane: PLANE,
    kind: 'none',
    clearanceMm: 0.4,
  })
})

test('a mirrored part is signed, another size has a reason; one is signed once', () => {
  const [tools, mirror, scale] = [new PartTools(), toolOf('mirror'), toolOf('scale')]
  expect(['', 'A', 'ab', 'AB'].map((signedBy) => mirror.lacks?.({ signedBy }))).toEqual([
    ...['initials', 'initials', 'initials', null],
  ])
  expect(scale.lacks?.({ factor: 1, reason: '' })).toBe('factor')
  expect(scale.lacks?.({ factor: 0.5, reason: ' ' })).toBe('reason')
  expect(scale.lacks?.({ factor: 0.5, reason: 'fits on a desk' })).toBeNull()
  tools.set(mirror, { signedBy: 'AB' })
  tools.forget(mirror)
  expect(tools.paramsOf(mirror).signedBy).toBe('')
})
