/** Contenders measured side by side: A B A B …, so that what disturbs the machine disturbs them all. */

export type Contender = {
  readonly name: string
  /** CPU of its process so far, in ms. */
  cpu(): Promise<number>
  act(count: number): Promise<unknown>
}

/** `warmUp`: acts played before anything is measured, so that what is compared is compiled code on both sides, as in a server that runs. */
export type Plan = {
  readonly warmUp: number
  readonly rounds: number
  readonly count: number
  readonly limitMs: number
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]]
  return (low + high) / 2
}

/** Median CPU in ms of one act of each contender, by name. Rounds stop when the time is up, three at least. */
export const measure = async (
  contenders: readonly Contender[],
  { warmUp, rounds, count, limitMs }: Plan,
): Promise<{ readonly [name: string]: number }> => {
  const taken = new Map<string, number[]>(contenders.map(({ name }) => [name, []]))
  for (const contender of contenders) await contender.act(warmUp)
  const end = Date.now() + limitMs
  for (let round = 0; round < rounds && (round < 3 || Date.now() < end); round += 1) {
    // Whoever comes second may find the processor warm or hot: turns are exchanged.
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
      const before = await contender.cpu()
      await contender.act(count)
      taken.get(contender.name)?.push(((await contender.cpu()) - before) / count)
    }
  }
  return Object.fromEntries([...taken].map(([name, values]) => [name, median(values)]))
}

/** `count` acts, shared between as many at once as there are people. */
export const share =
  (people: number, act: (person: number) => Promise<void>) =>
  async (count: number): Promise<void> => {
    const play = async (person: number): Promise<void> => {
      for (let done = 0; done < count / people; done += 1) await act(person)
    }
    await Promise.all(Array.from({ length: people }, (_, person) => play(person)))
  }
