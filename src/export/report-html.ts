import { htmlTable, safe } from './html-text.ts'
import type { PageBlock, PagePicture, ReportPage } from './report-page.ts'

/** Nothing is loaded and nothing runs: the page is only this text and the pictures in it. */
const POLICY = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`

const STYLE =
  '@page{size:A4;margin:16mm}' +
  'body{font:14px/1.5 sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}' +
  'h2{margin:2rem 0 .5rem;break-after:avoid}' +
  'table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #999;padding:.25rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}thead th{overflow-wrap:normal}' +
  'thead{display:table-header-group}tr,figure{break-inside:avoid}' +
  '.pictures{display:grid;gap:1rem}figure{margin:0}img{display:block;width:100%;height:auto}figcaption{color:#444}' +
  '@media print{body{margin:0;padding:0;max-width:none}}'

/** Bytes turned to text at a time: an argument list has a limit. */
const AT_ONCE = 8192

function base64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += AT_ONCE) text += String.fromCharCode(...bytes.subarray(at, at + AT_ONCE))
  return btoa(text)
}

function pictureHtml({ caption, jpeg, width, height }: PagePicture): string {
  const image = `<img src="data:image/jpeg;base64,${base64(jpeg)}" width="${width}" height="${height}" alt="${safe(caption)}">`
  return `<figure>${image}<figcaption>${safe(caption)}</figcaption></figure>`
}

function blockHtml(block: PageBlock): string {
  switch (block.kind) {
    case 'heading':
      return `<h2>${safe(block.text)}</h2>`
    case 'text':
      return `<p>${safe(block.text)}</p>`
    case 'facts': {
      const rows = block.rows.map(
        ([name, value]) => `<tr><th scope="row">${safe(name)}</th><td>${safe(value)}</td></tr>`,
      )
      return `<table><tbody>${rows.join('')}</tbody></table>`
    }
    case 'table':
      return htmlTable(block.columns, block.rows)
    case 'pictures': {
      const style = `grid-template-columns:repeat(${block.perRow},1fr)`
      return `<div class="pictures" style="${style}">${block.pictures.map(pictureHtml).join('')}</div>`
    }
  }
}

/** The report as a page to print: self-contained HTML without a script, every text escaped. Same input, same bytes. */
export function reportHtml({ language, title, blocks }: ReportPage): string {
  const head = `<meta charset="utf-8">${POLICY}<title>${safe(title)}</title><style>${STYLE}</style>`
  const body = `<h1>${safe(title)}</h1>${blocks.map(blockHtml).join('')}`
  return `<!doctype html><html lang="${safe(language)}"><head>${head}</head><body>${body}</body></html>\n`
}
