import type { CDPSession, Page } from 'playwright-core'
import { inPage } from './in-page.ts'

type Known = { readonly name: string; readonly description: string; readonly invalid: boolean }

const spaced = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** What the browser's accessibility tree says of an element: its computed name, description and state. */
const knownAs = async (session: CDPSession, selector: string): Promise<Known> => {
  const { root } = await session.send('DOM.getDocument', { depth: 0 })
  const { nodeId } = await session.send('DOM.querySelector', { nodeId: root.nodeId, selector })
  const { nodes } = await session.send('Accessibility.getPartialAXTree', { nodeId, fetchRelatives: false })
  const node = nodes[0]
  const invalid = node?.properties?.find(({ name }) => name === 'invalid')?.value.value
  return {
    name: spaced(String(node?.name?.value ?? '')),
    description: spaced(String(node?.description?.value ?? '')),
    invalid: invalid !== undefined && invalid !== 'false' && invalid !== false,
  }
}

/** Every control: named by its label, described by its hint and its error, said to be wrong when it is. */
export const controlFaults = async (page: Page): Promise<readonly string[]> => {
  const controls = await inPage(page, 'controls')
  const session = await page.context().newCDPSession(page)
  const faults: string[] = []
  for (const { index, name, label, hint, fault, kind } of controls) {
    const known = await knownAs(session, `[data-control="${index}"]`)
    if (known.name === '') faults.push(`${name}: has no name`)
    if (label !== '' && !known.name.includes(label))
      faults.push(`${name}: is named « ${known.name} », shows « ${label} »`)
    if (hint !== '' && !known.description.includes(hint)) faults.push(`${name}: its hint is not its description`)
    if (fault !== '' && !known.description.includes(fault)) faults.push(`${name}: its error is not its description`)
    if (kind === 'field' && known.invalid !== (fault !== '')) faults.push(`${name}: invalid is ${known.invalid}`)
  }
  await session.detach()
  return faults
}

/** Tab from one end of the page to the other: every stop once, in the order of the source, and seen. */
export const focusFaults = async (page: Page): Promise<readonly string[]> => {
  const count = await inPage(page, 'stops')
  const order: number[] = []
  const faults: string[] = []
  for (let tabs = 0; tabs < count * 2 + 4 && order.length < count; tabs++) {
    await page.keyboard.press('Tab')
    const { stop, seen, what } = await inPage(page, 'stop')
    if (stop === -1 || stop === order.at(-1)) continue
    if (stop === -2) faults.push(`focus: ${what} is no stop`)
    if (!seen) faults.push(`focus: not seen on ${what}`)
    order.push(stop)
  }
  const start = order.indexOf(0)
  const round = start < 0 ? order : [...order.slice(start), ...order.slice(0, start)]
  const right = Array.from({ length: count }, (_, index) => index)
  if (round.join() !== right.join()) faults.push(`focus: goes ${round.join(' ')} of ${count}`)
  return faults
}

/** The summary of a form in error: first, focused, its links leading to fields that say the same. */
export const summaryFaults = async (page: Page): Promise<readonly string[]> => {
  const summary = await inPage(page, 'summary')
  if (!summary) return []
  const faults: string[] = []
  if (!summary.focused) faults.push('summary: has not the focus')
  if (!summary.first) faults.push('summary: is not first')
  if (summary.role !== 'alert') faults.push('summary: is no alert')
  for (const { text, hash, isField, repeated } of summary.links) {
    if (!isField) faults.push(`summary: ${hash} leads to no field`)
    if (!repeated) faults.push(`summary: « ${text} » is not said at its field`)
  }
  return faults
}
