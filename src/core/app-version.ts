/** Version of the app, written into every report and every entry of a log. */
export const APP_VERSION = __APP_VERSION__
