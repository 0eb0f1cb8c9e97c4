export interface PickedFile {
  readonly path: string
  readonly file: File
}

async function walk(entry: FileSystemEntry, out: PickedFile[]): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((ok, no) => (entry as FileSystemFileEntry).file(ok, no))
    out.push({ path: entry.fullPath.replace(/^\//, ''), file })
    return
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  for (;;) {
    // readEntries hands out at most 100 entries a call.
    const part = await new Promise<FileSystemEntry[]>((ok, no) => reader.readEntries(ok, no))
    if (part.length === 0) return
    for (const child of part) await walk(child, out)
  }
}

/** All files of a drop, folders walked. Entries are taken before the first await: later the browser has let go of them. */
export async function collectDrop(data: DataTransfer): Promise<PickedFile[]> {
  const entries = [...data.items].map((item) => item.webkitGetAsEntry()).filter((e) => e !== null)
  if (entries.length === 0) return [...data.files].map((file) => ({ path: file.name, file }))
  const out: PickedFile[] = []
  for (const entry of entries) await walk(entry, out)
  return out
}

/** Files of an input element; of a folder input with their paths inside the folder. */
export function collectInput(input: HTMLInputElement): PickedFile[] {
  return [...(input.files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }))
}
