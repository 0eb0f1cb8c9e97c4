import type { SessionView } from '../../../app/session-view.ts'
import { WorkerHost } from '../../../app/workers.ts'
import { meshBounds } from '../../../core/mesh.ts'
import type { Mesh, Vec3 } from '../../../core/types.ts'
import type { PagePicture, ReportPage } from '../../../export/report-page.ts'
import { positionMm } from '../../format.ts'
import { REPORT } from '../../report.en.ts'
import type { PictureApi } from '../../viewer/picture.worker.ts'
import { PLANE_IDS } from '../../viewer/plane.ts'
import { sectionPicture } from '../../viewer/section-picture.ts'
import { greyWindow } from '../../viewer/window.ts'
import { budgetOf } from '../check/budget-of.ts'
import { reportPage } from './report-page.ts'

const SIDE_PX = 600

/** Draws the pictures of the part and puts the report of the case into words; null without a scan. */
export async function drawReport(session: SessionView, note: string): Promise<ReportPage | null> {
  const report = await session.report()
  if (!report) return null
  const { mesh, ledger } = session
  const budget = budgetOf(session)
  if (!mesh) return reportPage({ report, ledger, budget, sizeMm: null, sides: [], sections: [], note })
  const { min, max } = meshBounds(mesh)
  const sizeMm: Vec3 = [max[0] - min[0], max[1] - min[1], max[2] - min[2]]
  const [sides, sections] = [await sidesOf(mesh), await sectionsOf(session, mesh)]
  return reportPage({ report, ledger, budget, sizeMm, sides, sections, note })
}

async function sidesOf(mesh: Mesh): Promise<PagePicture[]> {
  const host = new WorkerHost<PictureApi>(
    () => new Worker(new URL('../../viewer/picture.worker.ts', import.meta.url), { type: 'module', name: 'picture' }),
  )
  try {
    const blobs = await host.call((api) => api.renderSides(mesh, SIDE_PX))
    return await Promise.all(
      blobs.map(async (blob, n) => ({
        caption: REPORT.side[n] ?? '',
        jpeg: new Uint8Array(await blob.arrayBuffer()),
        width: SIDE_PX,
        height: SIDE_PX,
      })),
    )
  } finally {
    host.terminate()
  }
}

async function sectionsOf(session: SessionView, mesh: Mesh): Promise<PagePicture[]> {
  const { volume, histogram, passport } = session
  if (!volume || !passport) return []
  const masks = session.part.labels.map(({ mask }) => mask)
  const window = greyWindow('bone', volume.modality, histogram, passport.range)
  const { min, max } = meshBounds(mesh)
  const middle: Vec3 = [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2, (min[2] + max[2]) / 2]
  const pictures: PagePicture[] = []
  for (const id of PLANE_IDS) {
    const { placeMm, ...picture } = await sectionPicture({ volume, masks, mesh, window }, id, middle)
    pictures.push({ ...picture, caption: REPORT.section[id](positionMm(placeMm)) })
  }
  return pictures
}
