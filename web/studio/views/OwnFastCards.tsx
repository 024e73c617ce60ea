/** Own fast styles of this browser, before the paintings; and what can be done with the chosen one. */
import { isOwnStyle } from '../../../shared/ownStyle';
import { dictionary } from '../state/language';
import { exportStyle, forgetStyle, ownStyleById, ownStyles } from '../state/ownStyles';
import { chooseFast } from '../state/recipe';

interface CardsProps {
  readonly chosen: readonly string[];
  /** Of the radio group. */
  readonly name: string;
}

export function OwnFastCards({ chosen, name }: CardsProps) {
  const t = dictionary.value;
  const [only] = chosen.length === 1 ? chosen : [];
  return (
    <>
      {ownStyles.value.map((style) => (
        <label key={style.id} class="card" title={style.name} data-testid={`${name}-own`} data-style={style.id}>
          <input
            type="radio"
            name={name}
            value={style.id}
            checked={style.id === only}
            onChange={() => chooseFast(style.id)}
          />
          <span class="card-picture">
            {style.picture && <img src={style.picture} alt="" decoding="async" width={160} height={160} />}
          </span>
          <span class="card-label">
            <span class="card-work">{style.name}</span>
            <span class="card-painter">{t.train.yours}</span>
          </span>
        </label>
      ))}
    </>
  );
}

export function OwnFastTools({ chosen }: Pick<CardsProps, 'chosen'>) {
  const t = dictionary.value;
  const [id = ''] = chosen.length === 1 ? chosen : [];
  const style = isOwnStyle(id) ? ownStyleById(id) : undefined;
  if (!style) return null;
  return (
    <div class="field-row wrap" data-testid="own-tools">
      <button type="button" data-testid="own-export" onClick={() => void exportStyle(id)}>
        {t.train.export}
      </button>
      <button type="button" class="quiet" data-testid="own-delete" onClick={() => void forgetStyle(id)}>
        {t.train.delete}
      </button>
    </div>
  );
}
