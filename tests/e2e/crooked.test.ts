import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Mesh, Vec3 } from '../../src/core/types.ts'
import type { Report } from '../../src/export/report.ts'
import { CHECK } from '../../src/ui/check.en.ts'
import { unbroken } from '../../src/ui/format.ts'
import { NEXT_STEP } from '../../src/ui/next-step.en.ts'
import { PRINT } from '../../src/ui/print.en.ts'
import { noteText, RESAMPLE, SCAN } from '../../src/ui/scan.en.ts'
import { SEGMENT } from '../../src/ui/segment.en.ts'
import { SHELL, STATION } from '../../src/ui/shell.en.ts'
import { stepText } from '../../src/ui/steps.en.ts'
import { showSteps } from '../support/app-journey.ts'
import { aroundOrigin, bentDicom, radiusAtMm } from '../support/bent-ball.ts'
import { pageOfFile } from '../support/browser.ts'
import { threeMfContent } from '../support/read-files.ts'
import { goTo, openFiles, passportRow } from '../support/scan-page.ts'

const WORK_MS = 120_000
const RADIUS_MM = 12
/** Lower limit of the CT bone template. */
const BONE_HU = 226
const SIZE: Vec3 = [44, 44, 40]
const TILT = Math.tan((15 * Math.PI) / 180)
const steps = (count: number, wide: number | null) =>
  Array.from({ length: count }, (_, k) => k + (wide !== null && k >= wide ? 1 : 0))

const open = pageOfFile()

const button = (name: string) => open.page.getByRole('button', { name, exact: true })
const row = (name: string) => passportRow(open.page, name)

/** Runs the template and saves the file and the report. */
async function released(): Promise<{ mesh: Mesh; report: Report }> {
  await button(SCAN.go).click()
  await button(SEGMENT.runTemplate).click()
  await button(CHECK.toPrint.trim()).click({ timeout: WORK_MS })
  const [file] = await Promise.all([open.page.waitForEvent('download'), button(PRINT.save3mf).click()])
  const [report] = await Promise.all([open.page.waitForEvent('download'), button(PRINT.report).click()])
  return {
    mesh: threeMfContent(new Uint8Array(readFileSync(await file.path()))).mesh,
    report: JSON.parse(readFileSync(await report.path(), 'utf8')) as Report,
  }
}

/** Least and greatest distance of the surface from its own middle, mm. */
function radiiOf({ positions }: Mesh): readonly [number, number] {
  const middle = [0, 1, 2].map((axis) => {
    const along = positions.filter((_, n) => n % 3 === axis)
    return (Math.min(...along) + Math.max(...along)) / 2
  })
  const from = (n: number, axis: number) => (positions[n + axis] ?? 0) - (middle[axis] ?? 0)
  const radii: number[] = []
  for (let n = 0; n < positions.length; n += 3) radii.push(Math.hypot(from(n, 0), from(n, 1), from(n, 2)))
  return [Math.min(...radii), Math.max(...radii)]
}

describe('a series with gantry tilt', () => {
  const bend = { heightsMm: steps(SIZE[2], null), shear: [0, TILT] } as const
  const files = bentDicom(aroundOrigin(SIZE, [1, 1, 1], bend), bend, RADIUS_MM)

  test('is refused by name, and the offer says what would be done', async () => {
    await openFiles(open.page, files)
    const alert = open.page.locator('[role="alert"][data-code="import/tilted"]')
    await alert.waitFor({ timeout: WORK_MS })
    expect(await alert.textContent()).toContain(NEXT_STEP['import/tilted'])
    const offer = open.page.getByRole('complementary')
    const remedy = {
      tiltDeg: 15,
      finestStepMm: 1,
      widestStepMm: 1,
      gaps: 0,
      size: [44, 55, 40],
      spacingMm: [1, 1, 1],
    } as const
    await open.page.getByRole('heading', { name: RESAMPLE.title(remedy) }).waitFor()
    const said = (await offer.textContent()) ?? ''
    for (const line of [RESAMPLE.tilt(remedy), ...RESAMPLE.does(remedy)]) expect(said).toContain(unbroken(line))
    expect(await open.page.locator('.side dl.kv dd').first().textContent()).toBe('44 × 55 × 40')
  })

  test('left alone, nothing is opened; its card brings the offer back', async () => {
    await button(RESAMPLE.leave).click()
    await open.page.getByRole('heading', { name: SCAN.empty }).waitFor()
    await open.page.locator('.series li button').first().click()
    await button(RESAMPLE.act).waitFor()
  })

  test('is resampled on the person’s word, and the passport says so', async () => {
    await button(RESAMPLE.act).click()
    await open.page.getByRole('heading', { name: SCAN.title }).waitFor({ timeout: WORK_MS })
    expect(await row(SCAN.tilt)).toBe(SCAN.tiltUndone(15))
    expect(await row(SCAN.resampled)).toBe(SCAN.yes)
    expect(await row(SCAN.size)).toBe('44 × 55 × 40')
    await open.page.getByText(noteText('tilt-undone')).waitFor()
  })

  test('the printed ball is round to 0.1 mm and of its true size; trace and report carry the step', async () => {
    const { mesh, report } = await released()
    const [least, greatest] = radiiOf(mesh)
    const expected = radiusAtMm(BONE_HU, RADIUS_MM)
    expect(greatest - least).toBeLessThan(0.2)
    expect(Math.abs((least + greatest) / 2 - expected)).toBeLessThan(0.1)
    expect(report.passport).toMatchObject({ resampled: true, size: [44, 55, 40] })
    expect(report.passport.tiltDeg).toBeCloseTo(15, 3)
    const step = report.trace.entries.find((entry) => entry.stage === 'straighten')
    expect(step?.inputDigests).toEqual([report.trace.entries[0]?.outputDigest])
    expect(step?.params).toMatchObject({ sliceMm: 1, shear: [0, expect.closeTo(TILT, 4)] })
    await open.page.getByRole('button', { name: PRINT.trace }).click()
    await showSteps(open.page)
    await open.page.getByText(stepText('straighten')).waitFor()
    await open.page.getByText(/tilt of 15\.00.{1,2}° undone/).waitFor()
  })

  test('reopened, the case is still resampled', async () => {
    await goTo(open.page, SHELL.library)
    await open.page
      .getByRole('button', { name: /^Open / })
      .first()
      .click()
    await open.page.getByText(PRINT.saved).waitFor({ timeout: WORK_MS })
    await goTo(open.page, STATION.scan)
    expect(await row(SCAN.resampled)).toBe(SCAN.yes)
  })
})

test('a gap is filled on the person’s word; cancelled, the offer stands again', async () => {
  const bend = { heightsMm: steps(SIZE[2], 26), shear: [0, 0] } as const
  await openFiles(open.page, bentDicom(aroundOrigin(SIZE, [1, 1, 1], bend), bend, RADIUS_MM))
  const remedy = {
    tiltDeg: 0,
    finestStepMm: 1,
    widestStepMm: 2,
    gaps: 1,
    size: [44, 44, 41],
    spacingMm: [1, 1, 1],
  } as const
  await open.page.getByRole('heading', { name: RESAMPLE.title(remedy) }).waitFor({ timeout: WORK_MS })
  const said = (await open.page.getByRole('complementary').textContent()) ?? ''
  for (const line of [RESAMPLE.gaps(remedy), ...RESAMPLE.does(remedy)]) expect(said).toContain(unbroken(line))
  await open.page.evaluate(
    ([act, cancel]) => {
      const press = (name: string) =>
        [...document.querySelectorAll('button')].find((one) => one.textContent?.trim() === name)?.click()
      press(act)
      return new Promise<void>((done) => requestAnimationFrame(() => done(press(cancel))))
    },
    [RESAMPLE.act, SHELL.cancel] as const,
  )
  await button(RESAMPLE.act).click({ timeout: WORK_MS })
  await open.page.getByRole('heading', { name: SCAN.title }).waitFor({ timeout: WORK_MS })
  expect(await row(SCAN.missing)).toBe(SCAN.missingFilled(1))
  expect(await row(SCAN.resampled)).toBe(SCAN.yes)
  await open.page.getByText(noteText('gaps-filled')).waitFor()
  const { mesh, report } = await released()
  const [least, greatest] = radiiOf(mesh)
  expect(greatest - least).toBeLessThan(0.3)
  expect(Math.abs((least + greatest) / 2 - radiusAtMm(BONE_HU, RADIUS_MM))).toBeLessThan(0.15)
  expect(report.passport).toMatchObject({ resampled: true, missingSlices: 1, size: [44, 44, 41] })
  open.watched.expectClean()
})
