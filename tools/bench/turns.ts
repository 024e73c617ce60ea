/** What is compared takes turns, so that a busy moment hits all alike. */
export async function takeTurns<Name extends string>(
  contenders: Readonly<Record<Name, () => Promise<number>>>,
  rounds: number,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contenders) as Name[];
  const taken = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const one = await contenders[name]();
      // The first round warms up.
      if (round > 0) taken[name].push(one);
    }
  }
  return taken;
}
