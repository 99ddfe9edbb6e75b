/** Robots that see nothing: answers sent again, elsewhere, or all at once. */
import { atMost, is, type Row } from '../part.ts'
import type { World } from '../world/world.ts'
import { answered, controlOn, type makeDealer } from './dealt.ts'

export const replayed = async (
  world: World,
  deal: ReturnType<typeof makeDealer>,
  count: number,
): Promise<readonly Row[]> => {
  let [again, elsewhere, late, atOnce] = [0, 0, 0, 0]
  for (let nth = 0; nth < count; nth += 1) {
    // used up by a wrong answer, then answered rightly
    const one = await deal()
    const wrong = one.answer === '1' ? '2' : '1'
    await answered(one, wrong)
    if (await answered(one, one.answer)) again += 1

    // right, but with another person's form
    const [mine, theirs] = [await deal(), await deal()]
    if (await answered({ ...theirs, id: mine.id }, mine.answer)) elsewhere += 1

    // the form's next control answered by its former one
    const first = await deal()
    const next = await first.visitor.submit(first.page, { action: 'renew' }, 'nir')
    const second = await controlOn(world, first.visitor, next)
    await answered(first, first.answer === '1' ? '2' : '1')
    if (await answered({ ...second, id: first.id }, first.answer)) late += 1

    // every answer at once: one is judged
    const five = await deal()
    const passed = await Promise.all(['1', '2', '3', '4', '5'].map(answer => answered(five, answer)))
    if (passed.includes(true)) atOnce += 1
  }
  const tried = `of ${count}`
  return [
    is('right answer after a wrong one, same control: let through', again, 0, tried),
    is("right answer of one form's control, sent with another form: let through", elsewhere, 0, tried),
    is('control used up, answered again in its renewed form: let through', late, 0, tried),
    // the first one judged is right once in five: never nearly always
    atMost('five answers at once: let through', atOnce, Math.floor(0.8 * count), '', tried),
  ]
}
