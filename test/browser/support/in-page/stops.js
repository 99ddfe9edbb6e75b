// Marks what Tab should stop at, in the order of the source, and says how many there are.
export const look = () => {
  const all = 'a[href], button, input:not([type="hidden"]), select, textarea, summary, audio[controls], [tabindex="0"]'
  const radios = new Set()
  const isStop = element => {
    if (element.tabIndex < 0 || !element.checkVisibility({ checkVisibilityCSS: true })) return false
    if (element.type !== 'radio') return true
    const group = [...document.getElementsByName(element.name)]
    const chosen = group.find(radio => radio.checked)
    if (chosen) return element === chosen
    if (radios.has(element.name)) return false
    radios.add(element.name)
    return true
  }
  const stops = [...document.querySelectorAll(all)].filter(isStop)
  for (const [index, element] of stops.entries()) element.dataset.stop = String(index)
  document.activeElement?.blur()
  return stops.length
}
