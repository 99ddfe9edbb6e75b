// The mark of what has focus, and whether it can be seen to have it.
export const look = () => {
  const element = document.activeElement
  if (!element || element === document.body || element === document.documentElement)
    return { stop: -1, seen: true, what: '' }
  // a radio or checkbox is ringed with its whole row
  const ringed = element.matches('[type="radio"], [type="checkbox"]') ? element.closest('label') : element
  const { outlineStyle, outlineWidth } = getComputedStyle(ringed)
  const { bottom, top, height } = element.getBoundingClientRect()
  return {
    stop: Number(element.dataset.stop ?? -2),
    seen: outlineStyle !== 'none' && outlineWidth !== '0px' && height > 0 && bottom > 0 && top < innerHeight,
    what: `${element.localName}#${element.id}`,
  }
}
