import { parseHTML } from 'linkedom'
import { describe, expect, test, vi } from 'vitest'
import { reportHtml } from '../../../src/export/report-html.ts'
import type { PagePicture, ReportPage } from '../../../src/export/report-page.ts'
import { reportPdf } from '../../../src/export/report-pdf.ts'
import { pdfTexts } from '../../support/pdf-texts.ts'

/** A JPEG of one grey pixel: no more than its header is read here. */
const JPEG = Uint8Array.from(
  atob(
    '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/yQALCAABAAEBAREA/8wABgAQEAX/2gAIAQEAAD8A0s8g/9k=',
  ),
  (sign) => sign.charCodeAt(0),
)
const picture = (caption: string): PagePicture => ({ caption, jpeg: JPEG, width: 1, height: 1 })
const DIGEST = 'a1b2c3d4'.repeat(8)
const PAGE: ReportPage = {
  language: 'en',
  title: 'Report 7K3MQ',
  blocks: [
    { kind: 'heading', text: 'What was found' },
    { kind: 'text', text: 'The wall is 0.62\u2009mm, \u22641 mm; \u00b12 %. Not in these fonts: \u6f22.' },
    { kind: 'facts', rows: [['Digest', DIGEST]] },
    { kind: 'table', columns: ['Check', 'Said'], rows: Array.from({ length: 90 }, (_, n) => [`row ${n}`, 'holds']) },
    { kind: 'pictures', perRow: 3, pictures: ['front', 'back', 'left', 'right'].map(picture) },
  ],
}

describe('PDF', () => {
  test('every text is found again by another reader, with stand-ins for signs that its fonts lack', async () => {
    const texts = pdfTexts(await reportPdf(PAGE))
    expect(texts).toContain('Report 7K3MQ')
    expect(texts).toContain('The wall is 0.62 mm, <=1 mm; \u00b12 %. Not in these fonts: ?.')
    expect(texts.join('')).toContain(DIGEST)
    for (let n = 0; n < 90; n++) expect(texts).toContain(`row ${n}`)
    for (const side of ['front', 'back', 'left', 'right']) expect(texts).toContain(side)
    expect(texts.some((t) => /^3 \/ [3-9]$/.test(t))).toBe(true)
  })
  test('a table that goes on names its columns again; a column that says nothing is left out', async () => {
    const texts = pdfTexts(await reportPdf(PAGE))
    const pages = texts.filter((text) => /^\d \/ \d$/.test(text)).length
    expect(pages).toBeGreaterThan(2)
    expect(texts.filter((text) => text === 'Check').length).toBeGreaterThan(1)
    const rows = [
      ['a', '', 'b'],
      ['c', '', 'd'],
    ]
    const table = { kind: 'table', columns: ['One', 'Nothing', 'Two'], rows } as const
    expect(pdfTexts(await reportPdf({ ...PAGE, blocks: [table] }))).toEqual([
      PAGE.title,
      'One',
      'Two',
      'a',
      'b',
      'c',
      'd',
      '1 / 1',
    ])
  })
  test('a digest stays on one line beside other columns', async () => {
    const rows = [['1', 'Placed in the label', '2026-11-26 14:12:13', DIGEST]]
    const table = { kind: 'table', columns: ['Step', 'What', 'When (UTC)', 'Digest of the result'], rows } as const
    expect(pdfTexts(await reportPdf({ ...PAGE, blocks: [table] }))).toEqual([
      PAGE.title,
      ...table.columns,
      ...rows.flat(),
      '1 / 1',
    ])
  })
  test('a heading goes to the next page with the pictures it is of', async () => {
    const tall = { ...picture('tall'), width: 1, height: 3 }
    const blocks: ReportPage['blocks'] = [
      { kind: 'pictures', perRow: 3, pictures: [tall] },
      { kind: 'heading', text: 'Sections' },
      { kind: 'text', text: 'Amber: the mask.' },
      { kind: 'pictures', perRow: 3, pictures: [tall] },
    ]
    const texts = pdfTexts(await reportPdf({ ...PAGE, blocks }))
    // Each page is a stream of its own: the name of the second page is written after what stands on it.
    expect(texts).toEqual([PAGE.title, 'tall', '1 / 2', 'Sections', 'Amber: the mask.', 'tall', PAGE.title, '2 / 2'])
  })
  test('the same report gives the same bytes, whenever it is made', async () => {
    const madeAt = async (time: string) => {
      vi.setSystemTime(new Date(time))
      return reportPdf(PAGE)
    }
    try {
      expect(await madeAt('2026-05-01T10:00:00Z')).toEqual(await madeAt('2027-06-02T11:01:01Z'))
    } finally {
      vi.useRealTimers()
    }
  })
  test('pictures are in it as they came', async () => {
    const raw = new TextDecoder('latin1').decode(await reportPdf(PAGE))
    expect(raw.match(/DCTDecode/g)).toHaveLength(4)
    expect(raw).toContain(new TextDecoder('latin1').decode(JPEG))
  })
  test('an empty report is a page with its title', async () => {
    expect(pdfTexts(await reportPdf({ ...PAGE, blocks: [] }))).toEqual(['Report 7K3MQ', '1 / 1'])
  })
})

describe('HTML', () => {
  const planted: ReportPage = {
    ...PAGE,
    title: '<script>alert(1)</script>',
    blocks: [
      ...PAGE.blocks,
      { kind: 'text', text: '<img src=https://example.org/x onerror=alert(1)>' },
      { kind: 'table', columns: ['"><script>'], rows: [['</td><script src=//example.org>']] },
      { kind: 'pictures', perRow: 1, pictures: [picture('" onload="alert(1)')] },
    ],
  }
  test('has no script, no handler and nothing from outside, whatever the words', () => {
    const { document } = parseHTML(reportHtml(planted))
    expect([...document.querySelectorAll('script,link,iframe,object,embed,a,base')]).toEqual([])
    const attributes = [...document.querySelectorAll('*')].flatMap((element) => [...element.attributes])
    expect(attributes.filter(({ name }) => name.startsWith('on'))).toEqual([])
    const links = attributes.filter(({ name }) => ['src', 'href', 'srcset', 'action'].includes(name))
    expect(links.length).toBe(5)
    expect(links.every(({ value }) => value.startsWith('data:image/jpeg;base64,'))).toBe(true)
    expect(document.querySelector('style')?.textContent).not.toMatch(/url\(|@import/)
    expect(document.querySelector('meta[http-equiv]')?.getAttribute('content')).toContain("default-src 'none'")
    expect(document.querySelector('h1')?.textContent).toBe('<script>alert(1)</script>')
  })
  test('holds every word, and is made for paper', () => {
    const { document } = parseHTML(reportHtml(PAGE))
    expect(document.querySelectorAll('tbody tr').length).toBe(91)
    expect(document.body.textContent).toContain(DIGEST)
    expect([...document.querySelectorAll('figcaption')].map((f) => f.textContent)).toEqual([
      'front',
      'back',
      'left',
      'right',
    ])
    expect(document.querySelector('style')?.textContent).toContain('@page')
    expect(reportHtml(PAGE)).toBe(reportHtml(PAGE))
  })
})
