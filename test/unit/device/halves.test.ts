/** The text of a shader whose buffers are of half precision. */
import { expect, it } from 'vitest';
import { inSingle } from '../../../web/engine/device/webgpu/halves';

it('widens what is read and narrows what is written, whatever stands within the brackets', () => {
  const source = 'let a = x[map[i] + 1] * xx[i]; result[i * 4 + n[0]] = max(a, b); other[i] = x[0];';
  expect(inSingle(source, new Map([['x', 'vec4<f32>']]), ['result'])).toBe(
    'let a = vec4<f32>(x[map[i] + 1]) * xx[i]; ' +
      'result[i * 4 + n[0]] = vec4<f16>(clamp(max(a, b), vec4<f32>(-65504.0), vec4<f32>(65504.0))); ' +
      'other[i] = vec4<f32>(x[0]);',
  );
});

it('leaves a shader as it is where nothing is half', () => {
  expect(inSingle('result[i] = x[i];', new Map(), [])).toBe('result[i] = x[i];');
});

it('widens number by number what is read so', () => {
  expect(inSingle('let a = x[2 * i];', new Map([['x', 'f32']]), [])).toBe('let a = f32(x[2 * i]);');
});
