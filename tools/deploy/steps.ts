/** Steps one after another. The first that fails is the last, and the person is told what stands by then. */

export interface Step {
  readonly name: string;
  /** @returns what it has done, for the person; undefined when there was nothing to do. */
  run(): Promise<string | undefined>;
}

/** @returns whether all of them went well. */
export async function runSteps(steps: readonly Step[], say: (line: string) => void): Promise<boolean> {
  const done: string[] = [];
  for (const { name, run } of steps) {
    try {
      const outcome = await run();
      say(`${name}: ${outcome ?? 'nothing to do'}`);
      if (outcome !== undefined) done.push(`${name} (${outcome})`);
    } catch (cause) {
      say(`${name}: FAILED. ${cause instanceof Error ? cause.message : String(cause)}`);
      say(done.length > 0 ? `Done before that, and kept: ${done.join('; ')}.` : 'Nothing was done before that.');
      say('Mend it and run the same command again: what is there is not made twice.');
      return false;
    }
  }
  return true;
}
