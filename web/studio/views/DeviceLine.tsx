/** Where the work is done, and when that is not the GPU, why. */
import { device } from '../state/engine';
import { dictionary } from '../state/language';

export function DeviceLine() {
  const t = dictionary.value;
  const state = device.value;
  if (state.status === 'unknown' || state.status === 'finding') {
    return (
      <p class="device" data-testid="device" data-backend="">
        {state.status === 'finding' ? t.device.finding : `${t.device.heading}: ${t.device.unknown}`}
      </p>
    );
  }
  if (state.status === 'failed') {
    return (
      <p class="device" data-testid="device" data-backend="none" title={state.error.message}>
        {t.device.failed} {t.errors[state.error.code]}
      </p>
    );
  }
  const { backend, description, rejected } = state.report;
  const name = backend === 'webgpu' ? t.device.webgpu(description) : t.device[backend];
  return (
    <div class="device" data-testid="device" data-backend={backend}>
      <p>
        {t.device.heading}: {name}
      </p>
      {rejected.length > 0 && (
        <details>
          <summary>{rejected.map((each) => t.device.why(each.backend, each.reason)).join(' ')}</summary>
          <p>{t.device.advice}</p>
        </details>
      )}
    </div>
  );
}
