// What each control and group of the page's forms must be known by: words on the page that the accessibility tree repeats.
export const look = () => {
  const said = node => (node ? node.textContent.replace(/\s+/g, ' ').trim() : '')
  const isOfField = (hint, control) => hint?.closest('.field') === control.closest('.field')
  const inputs = document.querySelectorAll('main input:not([type="hidden"]), main select, main textarea')
  const controls = [...inputs]
    .filter(control => control.checkVisibility() && !control.closest('[aria-hidden="true"]'))
    .map(control => {
      const isRadio = control.type === 'radio'
      const hint = document.getElementById(`${control.name}-hint`)
      return {
        control,
        name: control.name,
        label: said(control.labels?.[0]) || control.labels?.[0]?.querySelector('img')?.alt || '',
        hint: !isRadio && isOfField(hint, control) ? said(hint) : '',
        fault: isRadio ? '' : said(document.getElementById(`${control.name}-error`)),
        kind: isRadio ? 'radio' : 'field',
      }
    })
  const groups = [...document.querySelectorAll('main fieldset')].map(control => ({
    control,
    name: said(control.querySelector('legend')),
    label: said(control.querySelector('legend')),
    hint: said([...control.querySelectorAll('.hint')].find(hint => !hint.closest('.field'))),
    fault: said(control.querySelector(':scope > div > .fault#challenge-error')),
    kind: 'group',
  }))
  return [...controls, ...groups].map(({ control, ...known }, index) => {
    control.dataset.control = String(index)
    return { index, ...known }
  })
}
