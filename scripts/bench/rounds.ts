/** Contenders measured side by side: A B A B …, so that what disturbs the machine disturbs them all. */

export type Contender = {
  readonly name: string
  /** CPU of its process so far, in ms. */
  cpu(): Promise<number>
  /** What so many acts need, made before they are measured. */
  prepare?(count: number): Promise<unknown>
  act(count: number): Promise<unknown>
}

/** `warmUp`: acts played before anything is measured, so that what is compared is compiled code on both sides, as in a server that runs. */
export type Plan = {
  readonly warmUp: number
  readonly rounds: number
  readonly count: number
  readonly limitMs: number
}

/** Of one act, in ms. */
export type Times = { readonly cpu: number; readonly wall: number }

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]]
  return (low + high) / 2
}

const timed = async ({ cpu, prepare, act }: Contender, count: number): Promise<Times> => {
  await prepare?.(count)
  const [before, began] = [await cpu(), performance.now()]
  await act(count)
  const wall = performance.now() - began
  return { cpu: ((await cpu()) - before) / count, wall: wall / count }
}

/** Medians of one act of each contender, by name. Rounds stop when the time is up, three at least. */
export const measureTimes = async (
  contenders: readonly Contender[],
  { warmUp, rounds, count, limitMs }: Plan,
): Promise<{ readonly [name: string]: Times }> => {
  const taken = new Map<string, Times[]>(contenders.map(({ name }) => [name, []]))
  for (const contender of contenders) await timed(contender, warmUp)
  const end = Date.now() + limitMs
  for (let round = 0; round < rounds && (round < 3 || Date.now() < end); round += 1) {
    // Whoever comes second may find the processor warm or hot: turns are exchanged.
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed())
      taken.get(contender.name)?.push(await timed(contender, count))
  }
  return Object.fromEntries(
    [...taken].map(([name, times]) => [
      name,
      { cpu: median(times.map(({ cpu }) => cpu)), wall: median(times.map(({ wall }) => wall)) },
    ]),
  )
}

/** Median CPU in ms of one act of each contender, by name. */
export const measure = async (
  contenders: readonly Contender[],
  plan: Plan,
): Promise<{ readonly [name: string]: number }> =>
  Object.fromEntries(Object.entries(await measureTimes(contenders, plan)).map(([name, { cpu }]) => [name, cpu]))

/** `count` acts, shared between as many at once as there are people. */
export const share =
  (people: number, act: (person: number) => Promise<void>) =>
  async (count: number): Promise<void> => {
    const play = async (person: number): Promise<void> => {
      for (let done = 0; done < count / people; done += 1) await act(person)
    }
    await Promise.all(Array.from({ length: people }, (_, person) => play(person)))
  }
