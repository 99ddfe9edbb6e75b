// What makes the page scroll sideways, or is cut off by its own box: nothing, on a good page.
export const look = () => {
  const wide = document.documentElement.clientWidth
  const name = element => `${element.localName}${element.id ? `#${element.id}` : ''}.${element.className}`
  const isHidden = element => element.closest('.visually-hidden, .skip, [hidden]') !== null
  const beyond = [...document.querySelectorAll('body *')].filter(element => {
    const { right, left, width } = element.getBoundingClientRect()
    return width > 0 && (right > wide + 1 || left < -1) && !isHidden(element)
  })
  const cut = [...document.querySelectorAll('body *')].filter(element => {
    if (isHidden(element) || element.localName === 'input' || element.localName === 'select') return false
    const { overflowX, overflowY } = getComputedStyle(element)
    const across = overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1
    const down = overflowY === 'hidden' && element.scrollHeight > element.clientHeight + 1
    return element.clientWidth > 1 && (across || down)
  })
  return {
    scrolls: document.documentElement.scrollWidth > wide,
    beyond: beyond.slice(0, 5).map(name),
    cut: cut.slice(0, 5).map(name),
  }
}
