import '../workers/trusted-types.ts'
import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import './ui/tokens.css'
import './ui/shell.css'
import { mount } from 'svelte'
import { Session } from './app/session.svelte.ts'
import App from './ui/App.svelte'

const target = document.getElementById('app')
const session = new Session()
if (target) mount(App, { target, props: { session } })
// The development server has no list of its files.
if (import.meta.env.PROD) session.releases.start()
