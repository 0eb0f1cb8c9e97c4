/** What browsers that read codes offer; TypeScript does not know it yet (Shape Detection API). */
interface CodeDetector {
  detect(picture: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>
}
interface CodeDetectors {
  new (options: { readonly formats: readonly string[] }): CodeDetector
  getSupportedFormats(): Promise<readonly string[]>
}

const FORMAT = 'qr_code'
const LOOK_EVERY_MS = 200

const detectors = (): CodeDetectors | null =>
  (Reflect.get(globalThis, 'BarcodeDetector') as CodeDetectors | undefined) ?? null

/** Whether this browser reads codes from a camera by itself: no decoder of our own is brought along. */
export async function canReadCodes(): Promise<boolean> {
  const found = detectors()
  if (found === null || !navigator.mediaDevices?.getUserMedia) return false
  try {
    return (await found.getSupportedFormats()).includes(FORMAT)
  } catch {
    return false
  }
}

/**
 * Shows the camera in a video and waits for a code. Resolves with its text, or null when `signal` ends it; the camera is off then.
 * Throws what the browser throws when the camera is not allowed or not there.
 */
export async function readCode(video: HTMLVideoElement, signal: AbortSignal): Promise<string | null> {
  const Detector = detectors()
  if (Detector === null || signal.aborted) return null
  const detector = new Detector({ formats: [FORMAT] })
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
  try {
    video.srcObject = stream
    await video.play()
    while (!signal.aborted) {
      const [code] = await detector.detect(video)
      if (code) return code.rawValue
      await new Promise((resume) => setTimeout(resume, LOOK_EVERY_MS))
    }
    return null
  } finally {
    for (const track of stream.getTracks()) track.stop()
    video.srcObject = null
  }
}
