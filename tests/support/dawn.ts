import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { create, globals } from 'webgpu'
import { type OpenedDevice, openDevice } from '../../src/gpu/device.gpu.ts'

/** A file of the installed Chromium, which ships a Vulkan loader and a software driver. */
function chromiumFile(name: string): string | undefined {
  const { CHROME_PATH } = process.env
  const folders = CHROME_PATH ? [dirname(CHROME_PATH), '/usr/lib/chromium'] : ['/usr/lib/chromium']
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
}

const KEEP_LOADED = 0x1000 // RTLD_NODELETE

/**
 * Dawn opens libvulkan.so.1 by name. A machine with Chromium alone has it outside the search path, which cannot be
 * changed in a running process; a library already in the process is found by its name, though.
 */
function loadVulkan(path: string): void {
  try {
    process.dlopen({ exports: {} }, path, constants.dlopen.RTLD_NOW | KEEP_LOADED)
  } catch {
    // Always thrown: it is no Node module. What counts is that the library stays in the process.
  }
}

// Tests run on Chromium's software driver on every machine; the device benchmark asks for what the machine has.
const isSystem = process.env.PROOFPRINT_VULKAN === 'system'
const driver = process.env.VK_ICD_FILENAMES ?? (isSystem ? undefined : chromiumFile('vk_swiftshader_icd.json'))
if (driver) process.env.VK_ICD_FILENAMES = driver
const loader = chromiumFile('libvulkan.so.1')
if (loader) loadVulkan(loader)
Object.assign(globalThis, globals)

// Dawn rounds timestamps to 65 microseconds, so that pages cannot spy by them: longer than most kernels take on a card.
const options = isSystem ? ['disable-dawn-features=timestamp_quantization'] : []

// Dawn crashes when this object is collected while devices live, so it stays for the whole process.
export const dawn = create(options)

/** A device through Dawn. Without an adapter this throws: a kernel that is not run is not tested. */
export function openDawn(): Promise<OpenedDevice> {
  return openDevice(dawn)
}

/** Lets Dawn finish its callbacks before the process ends. */
export async function closeDawn(device: GPUDevice): Promise<void> {
  device.destroy()
  await device.lost
}
