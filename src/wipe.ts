import '../workers/trusted-types.ts'
import './ui/tokens.css'
import './ui/wipe.css'
import { remains, removeRemains } from './app/remains.io.ts'
import { WIPE } from './ui/channels.en.ts'

// The header that erases came with this page and was acted on before its script ran: what is found here was not erased.
async function show(target: HTMLElement): Promise<void> {
  const left = await remains()
  const isClean = left.length === 0
  const lines = isClean ? WIPE.done : [WIPE.notSent, ...left.map(({ kind, count }) => WIPE.left[kind](count))]
  const heading = element('h1', isClean ? WIPE.doneTitle : WIPE.leftTitle)
  const list = element('ul')
  list.append(...lines.map((line) => element('li', line)))
  const limits = element('ul')
  limits.append(...WIPE.limits.map((line) => element('li', line)))
  const back = element('a', WIPE.back)
  back.href = '/'
  target.replaceChildren(heading, list, element('h2', WIPE.limitsTitle), limits)
  if (!isClean) target.append(removal(target))
  target.append(back)
}

function removal(target: HTMLElement): HTMLButtonElement {
  const button = element('button', WIPE.remove)
  button.type = 'button'
  button.addEventListener('click', async () => {
    button.disabled = true
    await removeRemains()
    await show(target)
  })
  return button
}

function element<T extends keyof HTMLElementTagNameMap>(name: T, text = ''): HTMLElementTagNameMap[T] {
  const made = document.createElement(name)
  made.textContent = text
  return made
}

const target = document.getElementById('wipe')
if (target) await show(target)
