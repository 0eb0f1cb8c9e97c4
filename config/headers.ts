/** One list of response headers for `vite dev`, `vite preview`, the real server and static hosts. */
// No `webrtc 'block'`: Chromium does not know the directive and logs an error on every page; see docs/kiosk.md.
const policy = (connect: string) =>
  [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    "img-src 'self' blob: data:",
    "style-src 'self'",
    "font-src 'self'",
    `connect-src ${connect}`,
    "frame-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types default svelte-trusted-html',
  ].join('; ')

export const csp = policy("'self'")

/** What the page may ask of the browser; everything that Chromium lists and that is not here is off. */
export const ALLOWED_FEATURES = [
  'cross-origin-isolated',
  // Chromium starts no video of a camera in a page that nobody sees without the second.
  'camera',
  'media-playback-while-not-visible',
  'publickey-credentials-create',
  'publickey-credentials-get',
  'screen-wake-lock',
]

// Only names that Chromium knows: each other one is a warning in the log of every visitor.
const DENIED_FEATURES = `accelerometer aria-notify autoplay browsing-topics captured-surface-control clipboard-read
clipboard-write compute-pressure deferred-fetch deferred-fetch-minimal digital-credentials-create digital-credentials-get
display-capture encrypted-media fullscreen gamepad geolocation gyroscope hid identity-credentials-get idle-detection
interest-cohort keyboard-map language-detector language-model local-fonts local-network local-network-access loopback-network
magnetometer microphone midi on-device-speech-recognition otp-credentials payment
picture-in-picture private-state-token-issuance private-state-token-redemption serial speaker-selection storage-access
summarizer sync-xhr translator unload usb window-management xr-spatial-tracking ch-device-memory ch-downlink ch-dpr ch-ect
ch-prefers-color-scheme ch-prefers-reduced-motion ch-prefers-reduced-transparency ch-rtt ch-save-data ch-ua ch-ua-arch
ch-ua-bitness ch-ua-form-factors ch-ua-full-version ch-ua-full-version-list ch-ua-high-entropy-values ch-ua-mobile ch-ua-model
ch-ua-platform ch-ua-platform-version ch-ua-wow64 ch-viewport-height ch-viewport-width ch-width`.split(/\s+/)

const permissions = [
  ...ALLOWED_FEATURES.map((name) => `${name}=(self)`),
  ...DENIED_FEATURES.map((name) => `${name}=()`),
].join(', ')

export const securityHeaders: Record<string, string> = {
  'Content-Security-Policy': csp,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': permissions,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
}

/** Workers that ask for no file once they run. The others fetch their WebAssembly, the typeface of marks or the weights. */
export const SEALED_WORKERS = ['vault.worker', 'compute.worker', 'measure.worker', 'picture.worker']
/** Where the build puts their scripts, so that a host can give them headers by path. */
export const SEALED_FOLDER = 'assets/sealed/'

/** Browsers act on it before the page is shown. Only a host can send it: a service worker's answer erases nothing. */
const WIPES = { 'Clear-Site-Data': '"storage", "cache"' }

/**
 * Headers of some paths, on top of those of every path. Each holds whether a host lets the longer path win or sends both:
 * of two policies a browser enforces each.
 */
export const pathHeaders: Record<string, Record<string, string>> = {
  '/wipe': WIPES,
  '/wipe.html': WIPES,
  [`/${SEALED_FOLDER}*`]: { 'Content-Security-Policy': policy("'none'") },
}
