/** What a line of a tool's command line asks for, without doing it. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { parse } from '../../tools/commandLine';
import { type Trainings, trainCommand } from '../../tools/train/options';
import { weightsCommand } from '../../tools/weights/options';

type Take = (what: unknown) => void;

/** @param commandOf the tool's command, every verb of which does `take`. @throws what the tool says of a bad line */
export async function askedOf(commandOf: (take: Take) => CommandUnknownOpts, args: readonly string[]) {
  const asked: unknown[] = [];
  const silent = { write: () => true };
  await parse(
    commandOf((what) => asked.push(what)),
    args,
    { stdout: silent, stderr: silent },
  );
  return asked[0];
}

/** Where the verb is called otherwise than what is done for it. */
const verbs: Partial<Record<keyof Trainings, string>> = { teach: 'style', scoreAny: 'score-any' };

/** Of `npm run train -- <verb> …`. */
export const trainingOf = async <Verb extends keyof Trainings>(verb: Verb, args: readonly string[]) =>
  (await askedOf(
    (take) =>
      trainCommand({ style: take, teach: take, backbone: take, plot: take, score: take, any: take, scoreAny: take }),
    [verbs[verb] ?? verb, ...args],
  )) as Parameters<Trainings[Verb]>[0];

/** Of `npm run weights -- <verb> …`. */
export const weightsJobOf = (args: readonly string[]) =>
  askedOf((take) => weightsCommand({ import: take, upload: take, metric: take }), args);
