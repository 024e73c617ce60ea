/** Where the work is done, and when that is not the GPU, why. */
import { isSoftware } from '../../../shared/backends';
import { describeRejection } from '../../page/words/describe';
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
  const onGpu = isSoftware(state.report) ? t.device.softwareGpu : t.device.webgpu;
  const name = backend === 'webgpu' ? onGpu(description) : t.device[backend];
  const passedOver = rejected.map((each) => ({ ...each, ...describeRejection(each, t) }));
  return (
    <div class="device" data-testid="device" data-backend={backend}>
      <p>
        {t.device.heading}: {name}
      </p>
      {rejected.length > 0 && (
        <details>
          <summary>{passedOver.map((each) => t.device.why(each.backend, each.why)).join(' ')}</summary>
          {[...new Set(passedOver.map(({ advice }) => advice))].map((advice) => (
            <p key={advice}>{advice}</p>
          ))}
          {passedOver.map(({ backend, reason, why }) => reason !== why && <code key={backend}>{reason}</code>)}
        </details>
      )}
    </div>
  );
}
