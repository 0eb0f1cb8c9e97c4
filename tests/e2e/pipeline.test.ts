import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plate, solidBall, writeDicomPhantom } from '../support/dicom-phantom.ts'
import { defectsOf, NO_DEFECTS } from '../support/manifold.ts'
import { type PipelineRun, readReport, runPipeline } from '../support/pipeline.ts'
import { threeMfContent } from '../support/read-files.ts'
import { ascii, dicomStack } from '../support/scan-files.ts'
import { verifyMjs, verifyPy } from '../support/verifiers.ts'

const SIZE = [48, 48, 36] as const
const MODEL_FILES = ['model.3mf', 'model.png', 'model.stl', 'report.json']

let folder: string
const at = (...names: string[]) => join(folder, ...names)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipeline-'))
  writeDicomPhantom(at('ball'), { size: SIZE, bone: solidBall(13), boneHu: 1000 })
  writeDicomPhantom(at('plate'), { size: SIZE, bone: plate(12), boneHu: 300 })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Sizes, affine rows and voxels of a NIfTI-1 file, read by its own field offsets. */
function readNifti(file: string) {
  const bytes = gunzipSync(readFileSync(file))
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const size = [42, 44, 46].map((offset) => view.getInt16(offset, true))
  const affine = [0, 1, 2].map((row) => [0, 1, 2, 3].map((n) => view.getFloat32(280 + 16 * row + 4 * n, true) + 0))
  const data = view.getFloat32(108, true)
  const bits = view.getInt16(72, true)
  const voxel = (n: number) => (bits === 16 ? view.getInt16(data + 2 * n, true) : view.getUint8(data + n))
  const count = (bytes.length - data) / (bits / 8)
  return { size, affine, bits, count, voxel, scale: [view.getFloat32(112, true), view.getFloat32(116, true)] }
}

function expectMistake(run: PipelineRun, code: string): void {
  expect({ code: run.code, lastLine: run.lastLine }).toEqual({
    code: 1,
    lastLine: expect.stringMatching(new RegExp(`^${code}: \\S.+ .+\\.$`)),
  })
  expect(run.stderr).not.toMatch(/\n\s+at /)
  expect(run.stdout).toBe('')
}

describe('npm run pipeline', () => {
  test('a DICOM folder is released: files, report, and the volume and mask that were kept', async () => {
    const out = at('released')
    const args = ['--template', 'ct-bone', '--set', 'smooth.iterations=3', '--keep', 'volume,mask', '--json']
    const run = await runPipeline(at('ball'), ...args, '--out', out)
    expect(run.code).toBe(0)
    // With --json only the report is on stdout; what a person reads goes to stderr.
    expect(run.stderr.trimEnd().split('\n').at(-1)).toBe('released')
    const report = readReport(out)
    expect(JSON.parse(run.stdout)).toEqual(report)
    expect(readdirSync(out).sort()).toEqual(['mask.nii.gz', ...MODEL_FILES, 'volume.nii.gz'])
    expect(report).toMatchObject({ outcome: 'released', templateId: 'ct-bone', process: 'fdm' })
    // How long depends on the machine; that the browser reports it does not.
    const { longestTaskMs = -1, tasksOver100Ms = -1, byStage = {} } = report.responsiveness ?? {}
    expect(longestTaskMs).toBe(Math.max(0, ...Object.values(byStage)))
    expect(tasksOver100Ms).toBeGreaterThanOrEqual(0)
    expect(report.trace.entries.find((e) => e.stage === 'smooth')?.params).toMatchObject({ iterations: 3 })
    expect(defectsOf(threeMfContent(new Uint8Array(readFileSync(join(out, 'model.3mf')))).mesh)).toEqual(NO_DEFECTS)

    const affine = [
      [-1, 0, 0, (SIZE[0] - 1) / 2],
      [0, -1, 0, (SIZE[1] - 1) / 2],
      [0, 0, 1, -(SIZE[2] - 1) / 2],
    ]
    const volume = readNifti(join(out, 'volume.nii.gz'))
    const voxels = SIZE[0] * SIZE[1] * SIZE[2]
    expect(volume).toMatchObject({ size: SIZE, affine, bits: 16, count: voxels, scale: [1, 0] })
    const centre = SIZE[0] / 2 + SIZE[0] * (SIZE[1] / 2 + SIZE[1] * (SIZE[2] / 2))
    expect([volume.voxel(0), volume.voxel(centre)]).toEqual([-1000, 1000])
    const mask = readNifti(join(out, 'mask.nii.gz'))
    expect(mask).toMatchObject({ size: SIZE, affine, bits: 8, count: voxels })
    let set = 0
    for (let n = 0; n < voxels; n++) set += mask.voxel(n)
    expect(set).toBe(report.measures.maskMm3)
  })

  test.each([
    ['scan', ['scan'], ['report.json']],
    ['segment', ['scan', 'template', 'threshold', 'islands', 'fill-holes'], ['report.json']],
    ['model', ['surface', 'smooth', 'decimate', 'repair'], ['model.png', 'report.json']],
    ['check', ['check'], ['model.png', 'report.json']],
  ])('the kept volume is read again, and --until %s stops there', async (until, stages, files) => {
    const out = at(`until-${until}`)
    const run = await runPipeline(at('released', 'volume.nii.gz'), '--until', until, '--out', out)
    expect(run).toMatchObject({ code: 0, lastLine: `stopped after ${until}, as asked` })
    expect(readdirSync(out).sort()).toEqual(files)
    const report = readReport(out)
    const ran = report.trace.entries.map((e) => e.stage)
    expect(ran.slice(-stages.length)).toEqual(stages)
    expect(report.files).toEqual([])
    // The file does not say CT; its values do.
    expect(report).toMatchObject({ templateId: 'ct-bone', passport: { source: 'nifti', modality: 'CT' } })
    if (until === 'segment') expect(report.measures.maskMm3).toBe(readReport(at('released')).measures.maskMm3)
  })

  test('a wall too thin is refused by name, and the part released before is gone from the folder', async () => {
    const out = at('walls')
    expect(await runPipeline(at('ball'), '--out', out)).toMatchObject({ code: 0, lastLine: 'released' })
    expect(readdirSync(out).sort()).toEqual(MODEL_FILES)
    const run = await runPipeline(at('plate'), '--out', out)
    expect(run.code).toBe(2)
    expect(run.stdout).toMatch(/^wall-thickness: Wall is .*Thicken it there.*--acknowledge wall-thickness=REASON\.$/m)
    expect(run.lastLine).toMatch(/^refused: wall-thickness \d+(\.\d+)? mm2 \(limit 1 mm2\)$/)
    expect(readdirSync(out).sort()).toEqual(['model.png', 'report.json'])
    expect(readReport(out)).toMatchObject({ outcome: 'refused', refusedBy: ['wall-thickness'], files: [] })
  })

  test('accepted with a reason it is released under teaching, and only there', async () => {
    const out = at('accepted')
    const reason = 'it stands behind glass'
    const accept = ['--acknowledge', `wall-thickness=${reason}`, '--bundle', '--out', out]
    expect(await runPipeline(at('plate'), ...accept)).toMatchObject({ code: 0, lastLine: 'released' })
    expect(readReport(out).acknowledgements).toEqual([{ check: 'wall-thickness', reason }])
    expect(existsSync(join(out, 'model.3mf'))).toBe(true)
    const bundle = join(out, 'evidence.bundle')
    const files = [join(out, 'model.3mf'), join(out, 'model.stl')]
    const held = verifyMjs(bundle, ...files)
    expect(held).toEqual({ code: 0, out: expect.stringContaining('not approved: teaching') })
    expect(verifyPy(bundle, ...files) ?? held).toEqual(held)
    expect(verifyMjs(bundle, join(out, 'report.json')).out).toContain('broken at file 0')
    const strict = await runPipeline(at('plate'), ...accept, '--policy', 'communication')
    expect(strict.code).toBe(2)
    expect(strict.lastLine).toContain('wall-thickness')
    expect(strict.stdout).toMatch(/^side-and-id: .*Emboss the case ID and side at the Model station\./m)
    expect(existsSync(join(out, 'model.3mf'))).toBe(false)
    // What was done is there all the same; released is nothing.
    const refused = verifyMjs(bundle)
    expect(refused).toEqual({ code: 0, out: expect.not.stringContaining('release ') })
    expect(verifyPy(bundle) ?? refused).toEqual(refused)
  })

  test('of several series one must be chosen', async () => {
    const two = at('two')
    writeDicomPhantom(two, { size: SIZE, bone: solidBall(13), boneHu: 1000 })
    for (const [n, bytes] of dicomStack(4, 1, { seriesUid: '1.2.4' }).entries())
      writeFileSync(join(two, `b${n}`), bytes)
    const run = await runPipeline(two, '--out', at('none'))
    expectMistake(run, 'import/choose-series')
    expect(run.lastLine).toMatch(/1: CT .*; 2: CT /)
    const chosen = run.lastLine.includes('1: CT 48 x 48 x 36') ? '1' : '2'
    const one = await runPipeline(two, '--series', chosen, '--until', 'scan', '--out', at('one'))
    expect(one.code).toBe(0)
    expect(readReport(at('one')).passport.size).toEqual([...SIZE])
  })

  test('mistakes end with one line, its code and a sentence', async () => {
    const pdf = at('letter.pdf')
    writeFileSync(pdf, ascii('%PDF-1.7 not a scan'))
    expectMistake(await runPipeline('--frobnicate'), 'app/bad-parameter')
    expectMistake(await runPipeline(), 'app/bad-parameter')
    expectMistake(await runPipeline(at('ball'), '--policy', 'careless'), 'app/bad-parameter')
    expectMistake(await runPipeline(at('nowhere')), 'import/nothing-readable')
    expectMistake(await runPipeline(pdf, '--out', at('none')), 'import/unsupported')
    expectMistake(await runPipeline(at('ball'), '--template', 'ct-wing', '--out', at('none')), 'app/bad-parameter')
    // A network is not run on a CT it was not made for, nor for a use that nobody approved it for.
    const brain = [at('ball'), '--template', 'mr-brain', '--out', at('none')]
    expectMistake(await runPipeline(...brain), 'infer/out-of-scope')
    expectMistake(await runPipeline(...brain, '--policy', 'planning'), 'infer/not-approved')
    expectMistake(await runPipeline(at('ball'), '--set', 'smooth.colour=3', '--out', at('none')), 'app/bad-parameter')
  })
})
