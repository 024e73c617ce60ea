/** What a run on a share's page leaves to be looked into, as the studio has it: fetched when there is some. */
import { useEffect, useState } from 'preact/hooks';
import { chooseLanguage } from '../../../shared/words';
import { type StudioWords, studioWords } from '../../../shared/words/studio';
import type { Pixels, RunResult } from '../../engine/api';
import { Frames } from './Frames';
import { Look } from './Look';

interface Props {
  readonly outcome: Pick<RunResult, 'frames' | 'data'>;
  /** That was looked at; none of what grew from noise. */
  readonly photo: Pixels | null;
  /** Long side of the run. */
  readonly size: number;
  readonly language: string;
}

export function Seen({ outcome: { frames, data }, photo, size, language }: Props) {
  const [words, setWords] = useState<StudioWords | null>(null);
  useEffect(() => void studioWords(chooseLanguage([language])).then(setWords), [language]);
  if (!words) return null;
  return (
    <>
      {data && photo && <Look data={data} photos={[photo]} size={size} language={language} />}
      <Frames frames={frames} words={words} />
    </>
  );
}
