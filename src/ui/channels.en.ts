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
