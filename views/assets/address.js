// A postcode proposes its towns, and the fields follow « J'habite hors de France ». The page works the same without it.
const abroad = document.getElementById('abroad')
const parts = document.querySelectorAll('[data-address]')
const showParts = () => {
  for (const part of parts) part.hidden = (part.dataset.address === 'abroad') !== abroad.checked
}

const holder = document.querySelector('[data-town]')
const postcode = document.getElementById('postalCode')
const said = holder?.querySelector('[data-towns-said]')

const option = (value, label) => new Option(label, value)

/** The same place in the page, of another kind: descriptions and state are kept. */
const become = element => {
  const former = document.getElementById('city')
  for (const name of ['aria-describedby', 'aria-invalid']) {
    const value = former.getAttribute(name)
    if (value !== null) element.setAttribute(name, value)
  }
  element.id = 'city'
  element.name = 'city'
  element.autocomplete = 'address-level2'
  former.replaceWith(element)
}

const otherField = () => document.getElementById('cityOther')?.closest('.field')

/** « Ma ville n'est pas dans la liste » shows the text field, made when the page has none. */
const followChoice = select => {
  if (!otherField()) {
    const field = document.createElement('div')
    field.className = 'field'
    const label = document.createElement('label')
    label.htmlFor = 'cityOther'
    label.textContent = holder.dataset.otherLabel
    const input = document.createElement('input')
    input.id = 'cityOther'
    input.name = 'cityOther'
    input.autocomplete = 'off'
    field.append(label, input)
    holder.closest('.pair').after(field)
  }
  const show = () => {
    otherField().hidden = select.value !== holder.dataset.other
  }
  select.addEventListener('change', show)
  show()
}

/** « saint-lo » is « Saint-Lô ». */
const fold = name =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .replace(/\bst(e?)\b/g, 'saint$1')
    .trim()

const propose = towns => {
  const former = document.getElementById('city')
  const typed = former.tagName === 'INPUT' ? former.value.trim() : ''
  const select = document.createElement('select')
  select.append(option('', holder.dataset.choose))
  for (const town of towns) select.append(option(town, town))
  select.append(option(holder.dataset.other, holder.dataset.notListed))
  const known = towns.find(town => fold(town) === fold(typed))
  const only = towns.length === 1 ? towns[0] : ''
  select.value = known ?? (typed === '' ? only : holder.dataset.other)
  become(select)
  followChoice(select)
  if (typed !== '' && !known) document.getElementById('cityOther').value = typed
  said.textContent =
    towns.length === 1 ? holder.dataset.found1 : holder.dataset.foundN.replace(/^\d+/, String(towns.length))
}

const leaveToType = () => {
  const former = document.getElementById('city')
  if (former.tagName === 'SELECT') become(document.createElement('input'))
  otherField()?.remove()
  said.textContent = holder.dataset.none
}

let asked = ''

/** Never under somebody's hands: a town being typed is finished first, and the focus stays where it is. */
const whenFree = (code, act) => {
  const field = document.getElementById('city')
  const isHeld = document.activeElement === field
  if (isHeld && field.tagName === 'INPUT' && field.value !== '') {
    field.addEventListener('blur', () => asked === code && act(), { once: true })
    return
  }
  act()
  if (isHeld) document.getElementById('city').focus()
}

const search = async () => {
  const code = postcode.value.replace(/\s/g, '')
  if (!/^\d{5}$/.test(code) || code === asked) return
  asked = code
  try {
    const answer = await fetch(`${holder.dataset.url}?postalCode=${code}`, { headers: { Accept: 'application/json' } })
    if (!answer.ok || asked !== code) return
    const { towns } = await answer.json()
    whenFree(code, () => (towns.length > 0 ? propose(towns) : leaveToType()))
  } catch {
    // Without an answer the town is typed, as without this script.
  }
}

if (abroad) {
  abroad.addEventListener('change', showParts)
  document.querySelector('[data-abroad-button]')?.remove()
  showParts()
}

if (holder && postcode) {
  document.querySelector('[data-towns-button]')?.remove()
  const select = document.getElementById('city')
  if (select.tagName === 'SELECT') {
    asked = postcode.value.replace(/\s/g, '')
    followChoice(select)
  }
  postcode.addEventListener('input', search)
  search()
}
