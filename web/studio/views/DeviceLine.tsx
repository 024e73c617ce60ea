/** Where the work is done, and when that is not the GPU, why. */
import type { Dictionary } from '../i18n/index';
import { device } from '../state/engine';
import { dictionary } from '../state/language';

/** The engine explains itself in English; the two reasons that people meet are said in their own language. */
function translated(reason: string, t: Dictionary): string {
  if (/navigator\.gpu/.test(reason)) return t.device.noWebGpu;
  if (/no graphics adapter/.test(reason)) return t.device.noAdapter;
  return reason;
}

/** A GPU played by the processor is no GPU of the person's. */
const isSoftware = (description: string) => /swiftshader|llvmpipe|basic render/i.test(description);

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
  const onGpu = isSoftware(description) ? t.device.softwareGpu : t.device.webgpu;
  const name = backend === 'webgpu' ? onGpu(description) : t.device[backend];
  return (
    <div class="device" data-testid="device" data-backend={backend}>
      <p>
        {t.device.heading}: {name}
      </p>
      {rejected.length > 0 && (
        <details>
          <summary>{rejected.map((each) => t.device.why(each.backend, translated(each.reason, t))).join(' ')}</summary>
          <p>{t.device.advice}</p>
        </details>
      )}
    </div>
  );
}
