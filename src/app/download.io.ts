/** Hands a file to the browser, which the person saves. The name must carry no patient data: callers use the trace id. */
export function download(fileName: string, file: Blob, type = 'application/octet-stream'): void {
  const url = URL.createObjectURL(new Blob([file], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  // The browser reads the blob after the click returns.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
