/**
 * A driver that computes something else: whatever is read from the GPU is wrong from now on, in the thread that calls it.
 * Stands for itself, so that a test can also put it before a script.
 */
export function spoilReads(): void {
  const { getMappedRange } = GPUBuffer.prototype;
  GPUBuffer.prototype.getMappedRange = function (...bounds) {
    const range = getMappedRange.apply(this, bounds);
    const values = new Float32Array(range);
    values.set(values.map((value) => value * 1.5));
    return range;
  };
}
