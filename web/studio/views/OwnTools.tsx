/** What can be done with a style of the person's own, while it is the chosen one. A chunk of its own. */
import '../state/partWords';
import { limits } from '../../../shared/limits';
import type { OwnPainting } from '../../page/paintings/store';
import { Icon } from '../../page/parts/Icon';
import { exportStyle, forgetStyle } from '../ownStyles/tools';
import { exportPainting, removePainting, renamePainting } from '../paintings/tools';
import { dictionary } from '../state/language';
import { ownStyleById } from '../state/ownStyles';

interface ToolsProps {
  readonly onExport: () => void;
  readonly onDelete: () => void;
}

function Tools({ onExport, onDelete }: ToolsProps) {
  const { yours } = dictionary.value;
  const tools = [
    ['own-export', 'save', yours.export, onExport],
    ['own-delete', 'close', yours.delete, onDelete],
  ] as const;
  return tools.map(([testId, icon, name, act]) => (
    <button
      key={testId}
      type="button"
      class="quiet icon-only"
      data-testid={testId}
      aria-label={name}
      title={name}
      onClick={act}
    >
      <Icon name={icon} />
    </button>
  ));
}

export const OwnStyleTools = ({ id }: { readonly id: string }) => (
  <div class="field-row own-tools" data-testid="own-tools">
    <p class="grow">{ownStyleById(id)?.name}</p>
    <Tools onExport={() => void exportStyle(id)} onDelete={() => void forgetStyle(id)} />
  </div>
);

export function PaintingTools({ painting }: { readonly painting: OwnPainting }) {
  const t = dictionary.value;
  return (
    <>
      <div class="field-row own-tools" data-testid="own-tools">
        <input
          type="text"
          class="grow"
          data-testid="own-name"
          aria-label={t.yours.name}
          maxLength={limits.train.maxNameLength}
          value={painting.name}
          onChange={(event) => void renamePainting(painting, event.currentTarget.value)}
        />
        <Tools onExport={() => void exportPainting(painting)} onDelete={() => void removePainting(painting)} />
      </div>
      {!painting.picture && <p class="help">{t.own.passOnly}</p>}
    </>
  );
}
