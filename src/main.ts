import '../workers/trusted-types.ts'
import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import './ui/tokens.css'
import './ui/shell.css'
import { mount } from 'svelte'
import { Session } from './app/session.svelte.ts'
import App from './ui/App.svelte'

const target = document.getElementById('app')
if (target) mount(App, { target, props: { session: new Session() } })
