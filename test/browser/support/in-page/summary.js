// The error summary: whether it has focus and comes first, and where its links lead.
export const look = () => {
  const summary = document.getElementById('summary')
  if (!summary) return undefined
  const said = node => node.textContent.replace(/\s+/g, ' ').trim()
  return {
    focused: document.activeElement === summary,
    first: document.querySelector('main .column')?.firstElementChild === summary,
    role: summary.getAttribute('role'),
    links: [...summary.querySelectorAll('a')].map(link => {
      const field = document.getElementById(decodeURIComponent(link.hash.slice(1)))
      const isField = field?.matches('input, select, textarea') ?? false
      const fault = field && document.getElementById(`${field.name ?? ''}-error`)
      return { text: said(link), hash: link.hash, isField, repeated: fault ? said(fault).includes(said(link)) : false }
    }),
  }
}
