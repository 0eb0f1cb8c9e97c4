import { expect, test } from 'vitest'
import { IDLE_CONTEXT } from '../../../../src/core/stage.ts'
import type { Mesh, Vec3 } from '../../../../src/core/types.ts'
import { loadManifold } from '../../../../src/prepare/manifold.io.ts'
import { EMBOSS, textMark } from '../../../../src/prepare/marks/emboss.ts'
import { applyMark, type Mark } from '../../../../src/prepare/marks/mark.ts'
import { facesOfMark } from '../../../../src/prepare/marks/mark-faces.ts'
import { trianglesOn } from '../../../../src/prepare/marks/triangles-on.ts'
import { markTriangles } from '../../../../src/qa/added-marks.ts'
import { triangleAreas } from '../../../../src/qa/map-areas.ts'
import { PROCESSES } from '../../../../src/qa/process.ts'
import { measureThickness } from '../../../../src/qa/thickness.ts'
import { topology } from '../../../../src/qa/topology.ts'
import { MARK_TOOLS } from '../../../support/mark-tools.ts'
import { boxMesh, placed } from '../../../support/meshes.ts'

const PART = boxMesh([300, -40, 700], [340, 0, 710])
const markOf = (how: Mark['how'], from: Vec3, to: Vec3): Mark => ({ how, body: boxMesh(from, to) })
/** 10 x 10 mm, 1 mm proud, 1 mm rooted. */
const PAD = markOf('add', [310, -30, 709], [320, -20, 711])

const marked = (part: Mesh, mark: Mark) => applyMark(part, mark, IDLE_CONTEXT, loadManifold)
const areaOf = (mesh: Mesh) => triangleAreas(mesh).reduce((sum, mm2) => sum + mm2, 0)
const areaOn = (mesh: Mesh, surface: Mesh) => {
  const on = trianglesOn(mesh, surface)
  return triangleAreas(mesh).reduce((sum, mm2, t) => sum + (on[t] === 1 ? mm2 : 0), 0)
}

test('a pad gives its top and its sides, its root and the part give nothing', async () => {
  const after = await marked(PART, PAD)
  const faces = facesOfMark(after, PART, PAD)
  expect(areaOf(faces)).toBeCloseTo(140, 2)
  expect(areaOn(after, faces)).toBeCloseTo(140, 2)
  expect(areaOn(PART, faces)).toBe(0)
})

test('the floor and the walls of what was cut away stay walls of the part', async () => {
  const pit = markOf('remove', [310, -30, 709.6], [320, -20, 711])
  const after = await marked(PART, pit)
  expect(facesOfMark(after, PART, pit).indices).toHaveLength(0)
})

test('raised text for FDM is thin in places, and its faces are all that is', async () => {
  const place = { pointLps: [320, -20, 710], normalLps: [0, 0, 1], upLps: [0, 1, 0] } as const
  const params = { ...EMBOSS.defaults, place, lines: ['K7'], capHeightMm: 10 }
  const text = await textMark(PART, params, IDLE_CONTEXT, MARK_TOOLS)
  const after = await marked(PART, text)
  const added = [{ faces: facesOfMark(after, PART, text), kind: 'text', leastMm: params.leastStrokeMm } as const]
  const { tree } = topology(after)
  const noWall = markTriangles(tree.mesh, added, PROCESSES.fdm)
  const thin = async (apart?: Uint8Array) => (await measureThickness(tree, 0, IDLE_CONTEXT, apart)).byProcess.fdm
  expect((await thin()).belowHardMm2).toBeGreaterThan(1)
  expect(await thin(noWall)).toEqual({ belowHardMm2: 0, belowAdvisedPercent: 0 })
})

test('a mark that lies flush with the part does not take the part along', async () => {
  const flush = markOf('add', [330, -30, 700], [350, -20, 710])
  const after = await marked(PART, flush)
  const faces = facesOfMark(after, PART, flush)
  // Beyond the part: four sides of 10 x 10 mm and the end; triangles that reach over the part are the part's.
  expect(areaOf(faces)).toBeGreaterThan(0)
  expect(areaOf(faces)).toBeLessThan(500.01)
  expect(areaOn(PART, faces)).toBe(0)
  expect(facesOfMark(PART, PART, { how: 'add', body: PART }).indices).toHaveLength(0)
})

test('a surface that was moved off by more than rounding is not the mark any more', async () => {
  const after = await marked(PART, PAD)
  const faces = facesOfMark(after, PART, PAD)
  expect(areaOn(placed(after, [1, 1, 1], [0.0005, 0, 0]), faces)).toBeGreaterThan(100)
  expect(areaOn(placed(after, [1, 1, 1], [0.002, 0.002, 0.002]), faces)).toBe(0)
})
