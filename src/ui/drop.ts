export interface PickedFile {
  readonly path: string
  readonly file: File
}

/** Entries of a folder that are asked for at once: one by one the page only waits for the browser, all at once it is held up. */
const AT_ONCE = 25

/** The files below an entry. */
async function walk(entry: FileSystemEntry): Promise<PickedFile[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((ok, no) => (entry as FileSystemFileEntry).file(ok, no))
    return [{ path: entry.fullPath.replace(/^\//, ''), file }]
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const found: PickedFile[] = []
  for (;;) {
    // readEntries hands out at most 100 entries a call.
    const part = await new Promise<FileSystemEntry[]>((ok, no) => reader.readEntries(ok, no))
    if (part.length === 0) return found
    for (let n = 0; n < part.length; n += AT_ONCE)
      for (const files of await Promise.all(part.slice(n, n + AT_ONCE).map(walk))) found.push(...files)
  }
}

/** All files of a drop, folders walked. Entries are taken before the first await: later the browser has let go of them. */
export async function collectDrop(data: DataTransfer): Promise<PickedFile[]> {
  const entries = [...data.items].map((item) => item.webkitGetAsEntry()).filter((e) => e !== null)
  if (entries.length === 0) return [...data.files].map((file) => ({ path: file.name, file }))
  return (await Promise.all(entries.map(walk))).flat()
}

/** Files of an input element; of a folder input with their paths inside the folder. */
export function collectInput(input: HTMLInputElement): PickedFile[] {
  return [...(input.files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }))
}
