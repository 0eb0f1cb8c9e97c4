import type { ChannelId, ChannelState } from '../app/channels.io.ts'
import type { ReleaseRefusal } from '../trace/release.ts'

/** The app as installed in this browser. */
export const RELEASE = {
  readyTitle: 'A new version is ready.',
  ready: (version: string) =>
    `Version ${version} was fetched and compared with the list of its files. What you have open is locked when it starts.`,
  use: 'Use the new version',
  later: 'Later',
  refusedTitle: 'The new version was not taken.',
  keeps: 'The version you have stays in use.',
  refusal: {
    'release/unreadable': 'Its list of files cannot be read.',
    'release/list-changed': 'Its list of files is not the one that was released.',
    'release/file-changed': 'One of its files is not the one in its list.',
    'release/not-signed': 'It is not signed, and this site signs its versions.',
    'release/other-key': 'It is signed with another key than before.',
    'release/bad-signature': 'Its signature does not hold.',
    'release/older': 'It is older than the one you have.',
  } satisfies Record<ReleaseRefusal, string>,
  dismiss: 'Close this message',
}

/** The page that erases. */
export const WIPE = {
  doneTitle: 'Everything was erased',
  done: [
    'Cases, keys, settings and networks that Proofprint kept in this browser are gone.',
    'The installed app and the copies of its files are gone as well. Nothing was found after.',
  ],
  leftTitle: 'Not everything was erased',
  notSent: 'The host of this site did not tell the browser to erase, or the browser did not do it. This is still here:',
  left: {
    databases: (n: number) => `${n} ${n === 1 ? 'database' : 'databases'}`,
    files: (n: number) => `${n} ${n === 1 ? 'file' : 'files'}`,
    caches: (n: number) => `${n} ${n === 1 ? 'store' : 'stores'} of the app's own files`,
    workers: (n: number) => `${n} installed ${n === 1 ? 'worker' : 'workers'}`,
  },
  remove: 'Remove what a page can remove',
  limitsTitle: 'What this cannot do',
  limits: [
    'Files that somebody saved stay where they were saved.',
    'A solid-state disk may hold old bytes where no program reads them. What Proofprint stored there is encrypted.',
    'Copies of this browser profile, in a backup for example, are not reached.',
  ],
  back: 'Back to Proofprint',
  link: 'Erase everything in this browser',
  askTitle: 'Erase everything in this browser?',
  ask: 'All cases, keys, settings and networks of Proofprint in this browser are erased, those of other people too. There is no way back.',
  yes: 'Erase everything',
  no: 'Keep it',
}

/** The ways out, and whether they are closed. */
export const CHANNELS = {
  title: 'Ways out of this page',
  lead: 'Each way is tried for real, with nothing in it, towards this computer itself. An empty window may open and close.',
  act: 'Try the ways out',
  again: 'Try them again',
  trying: 'Trying',
  name: {
    request: 'Requests',
    picture: 'Pictures',
    style: 'Styles',
    font: 'Typefaces',
    script: 'Scripts',
    frame: 'Pages in the page',
    media: 'Sound and video',
    object: 'Embedded files',
    form: 'Forms',
    webrtc: 'WebRTC',
    window: 'New windows',
    navigation: 'Going to another page',
  } satisfies Record<ChannelId, string>,
  state: { closed: 'closed', open: 'open', untried: 'not tried' } satisfies Record<ChannelState, string>,
  kioskOnly:
    'WebRTC, new windows and going to another page cannot be closed by a page. Nothing in Proofprint uses them; only a managed browser can close them.',
  pageOpen: 'A way that this page should have closed is open. Do not open a scan here; tell whoever runs this site.',
  release: 'App files',
  releaseState: {
    none: 'not installed',
    unsigned: (version: string) => `${version}, compared, unsigned build`,
    signed: (version: string) => `${version}, compared and signed`,
    refused: 'refused',
  },
}
