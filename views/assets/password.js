// Shows a password on request and ticks its rules as it is typed. The page works the same without it.
const RULES = {
  length: value => [...value].length >= 8,
  lower: value => /\p{Ll}/u.test(value),
  upper: value => /\p{Lu}/u.test(value),
  digit: value => /\d/.test(value),
}

const svg = (name, attributes) => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  return element
}

const eye = () => {
  const icon = svg('svg', { class: 'icon', width: 20, height: 20, viewBox: '0 0 20 20', 'aria-hidden': 'true' })
  const stroke = { fill: 'none', stroke: 'currentColor', 'stroke-width': 1.6, 'stroke-linejoin': 'round' }
  icon.append(svg('path', { d: 'M1.5 10S4.6 4.5 10 4.5 18.5 10 18.5 10 15.4 15.5 10 15.5 1.5 10 1.5 10z', ...stroke }))
  icon.append(svg('circle', { cx: 10, cy: 10, r: 2.6, ...stroke }))
  const bar = svg('path', { class: 'eye-bar', d: 'M3.5 16.5l13-13', ...stroke })
  icon.append(bar)
  return icon
}

/** The button « Afficher » beside a password; hidden again when the form is sent. */
const addReveal = holder => {
  const field = holder.querySelector('input')
  const { show, hide, showLabel, hideLabel } = holder.dataset
  const button = document.createElement('button')
  const word = document.createElement('span')
  button.type = 'button'
  button.className = 'reveal'
  button.setAttribute('aria-controls', field.id)
  button.append(eye(), word)
  const set = shown => {
    field.type = shown ? 'text' : 'password'
    word.textContent = shown ? hide : show
    button.setAttribute('aria-label', shown ? hideLabel : showLabel)
    button.classList.toggle('revealed', shown)
  }
  button.addEventListener('click', () => set(field.type === 'password'))
  field.form?.addEventListener('submit', () => set(false))
  set(false)
  holder.append(button)
}

/** ✓ or ○ before each rule, and one polite sentence a second after the last key. */
const addMarks = list => {
  const field = document.getElementById(list.dataset.rulesOf)
  const said = document.querySelector(`[data-rules-said="${list.dataset.rulesOf}"]`)
  const rules = [...list.querySelectorAll('[data-rule]')].map(item => {
    const mark = document.createElement('span')
    const state = document.createElement('span')
    mark.className = 'rule-mark'
    mark.setAttribute('aria-hidden', 'true')
    state.className = 'visually-hidden'
    item.prepend(mark)
    item.append(state)
    return { item, mark, state, holds: RULES[item.dataset.rule] }
  })
  list.classList.add('marked')
  let timer
  const look = () => {
    const met = rules.filter(({ item, mark, state, holds }) => {
      const done = holds(field.value)
      item.classList.toggle('met', done)
      mark.textContent = done ? '✓' : '○'
      state.textContent = `, ${done ? list.dataset.done : list.dataset.todo}`
      return done
    }).length
    return said.getAttribute(`data-said-${met}`)
  }
  field.addEventListener('input', () => {
    const sentence = look()
    clearTimeout(timer)
    timer = setTimeout(() => {
      said.textContent = sentence
    }, 1000)
  })
  look()
}

for (const holder of document.querySelectorAll('[data-secret]')) addReveal(holder)
for (const list of document.querySelectorAll('[data-rules-of]')) addMarks(list)
