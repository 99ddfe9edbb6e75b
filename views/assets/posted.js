// A browser keeps with a page what was posted to get it. Reloaded or gone back to, it writes that to the disk with its tabs, the
// password too: the page's place in the history forgets it. What was typed, but for secrets, comes back when the page is reloaded.
const KINDS = ['text', 'email', 'tel', 'checkbox', 'select-one']
const form = document.getElementById('page-form')
const fields = [...(form?.elements ?? [])].filter(({ name, type }) => name !== '' && KINDS.includes(type))

const forget = () => {
  const typed = fields.map(field => [field.name, field.type === 'checkbox' ? field.checked : field.value])
  history.replaceState(form ? { typed: Object.fromEntries(typed) } : null, '')
}

const giveBack = typed => {
  for (const field of fields) {
    const value = typed[field.name]
    if (typeof value === 'boolean') field.checked = value
    else if (value) field.value = value
  }
  // a town that is not in the list is typed anew as it was
  const town = form.querySelector('[data-other]')
  if (town && typed.city === town.dataset.other) town.querySelector('[name="city"]').value = typed.cityOther ?? ''
}

const { posted } = document.body.dataset
if (posted === 'page') forget()
// reloading an error sends again what was typed: it is forgotten when the person goes elsewhere
else if (posted === 'error') addEventListener('pagehide', forget)
else if (form && history.state?.typed) {
  // whoever goes back may be the next person at this computer
  if (performance.getEntriesByType('navigation')[0]?.type === 'reload') giveBack(history.state.typed)
  else history.replaceState(null, '')
}
