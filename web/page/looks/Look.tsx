/** A view's picture, to be looked into: by what it is of. Shown by the studio and by figures; fetched when it is first wanted. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { chooseLanguage } from '../../../shared/words';
import { type LookWords, lookWords } from '../../../shared/words/looks';
import type { Pixels, ViewData } from '../../engine/api';
import { copyWithin } from '../intake/scale';
import { Kernel } from './Kernel';
import { Occlusion } from './Occlusion';
import { PlaneMap } from './PlaneMap';

interface Props {
  readonly data: ViewData;
  /** The photo, and those beside it, as the run was given them. */
  readonly photos: readonly Pixels[];
  /** Long side of the run. */
  readonly size: number;
  readonly language: string;
}

export function Look({ data, photos, size, language }: Props) {
  const [t, setWords] = useState<LookWords | null>(null);
  useEffect(() => void lookWords(chooseLanguage([language])).then(setWords), [language]);
  const scaled = useMemo(() => photos.map((photo) => copyWithin(photo, size)), [photos, size]);
  const [photo] = scaled;
  if (!t || !photo) return null;
  switch (data.kind) {
    case 'occlusion':
      return <Occlusion data={data} photo={photo} t={t} />;
    case 'filters':
      return <Kernel data={data} photo={photo} t={t} />;
    case 'map':
      return <PlaneMap data={data} t={t} photos={scaled} />;
    default:
      return null;
  }
}
