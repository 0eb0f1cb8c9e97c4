/** Version of package.json, put in by the bundler. */
declare const __APP_VERSION__: string
/** config/release-key.ts, put in by the build of the service worker. */
declare const __RELEASE_KEY__: string | null
