const KEY = 'proofprint.theme'
type Theme = 'light' | 'dark'

/** Light or dark: follows the system until a person chooses; the choice is kept (it says nothing about a patient). */
export class ThemeState {
  #system = $state<Theme>('dark')
  #chosen = $state<Theme | null>(null)
  readonly value: Theme = $derived(this.#chosen ?? this.#system)

  constructor() {
    const light = matchMedia('(prefers-color-scheme: light)')
    this.#system = light.matches ? 'light' : 'dark'
    light.addEventListener('change', () => {
      this.#system = light.matches ? 'light' : 'dark'
    })
    const stored = localStorage.getItem(KEY)
    if (stored === 'light' || stored === 'dark') this.#choose(stored)
  }

  toggle(): void {
    const next = this.value === 'dark' ? 'light' : 'dark'
    localStorage.setItem(KEY, next)
    this.#choose(next)
  }

  #choose(theme: Theme): void {
    this.#chosen = theme
    document.documentElement.dataset.theme = theme
  }
}
