/** The least cut of a grid of pixels between two terminals (Boykov & Kolmogorov 2004): two trees that grow towards each other. */

/** Neighbours in pairs, so that the way back from direction d is d ^ 1. */
export const directions: readonly (readonly [x: number, y: number])[] = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
  [1, 1],
  [-1, -1],
  [1, -1],
  [-1, 1],
];
const ways = directions.length;
const none = -1;
const root = ways;

/**
 * @param terminals of every pixel what binds it to the first side, less what binds it to the second
 * @param links `[n, 8]`, what binds it to its neighbour in each of `directions`; 0 beyond the border. Used up.
 * @returns 1 for pixels of the first side
 */
export function minCut(width: number, terminals: Float64Array, links: Float64Array): Uint8Array {
  const n = terminals.length;
  const tree = Uint8Array.from(terminals, (value) => (value > 0 ? 1 : value < 0 ? 2 : 0));
  const parent = Int8Array.from(terminals, (value) => (value === 0 ? none : root));
  const offsets = directions.map(([x, y]) => y * width + x);
  const queue: number[] = Array.from(terminals.keys()).filter((i) => tree[i] !== 0);
  const waits = Uint8Array.from(tree, (side) => (side ? 1 : 0));
  const orphans: number[] = [];
  const linkOf = (i: number, d: number) => links[i * ways + d] ?? 0;
  const to = (i: number, d: number) => i + (offsets[d] ?? 0);
  const wake = (i: number) => {
    if (waits[i]) return;
    waits[i] = 1;
    queue.push(i);
  };
  /** What can still flow from i's side on to its neighbour: with the flow in the first tree, against it in the second. */
  const open = (i: number, d: number) => (tree[i] === 1 ? linkOf(i, d) : linkOf(to(i, d), d ^ 1));

  const isRooted = (from: number): boolean => {
    for (let i = from; ; i = to(i, parent[i] ?? 0)) {
      if (parent[i] === root) return true;
      if (parent[i] === none) return false;
    }
  };
  const push = (i: number, d: number, flow: number) => {
    links[i * ways + d] = linkOf(i, d) - flow;
    links[to(i, d) * ways + (d ^ 1)] = linkOf(to(i, d), d ^ 1) + flow;
  };
  /** From a pixel up its tree: every link that flow would take, and the pixel that loses its parent with it. */
  const climb = (from: number, each: (child: number, i: number, d: number) => void): number => {
    let i = from;
    for (let d = parent[i] ?? none; d !== root; d = parent[i] ?? none) {
      const above = to(i, d);
      if (tree[i] === 1) each(i, above, d ^ 1);
      else each(i, i, d);
      i = above;
    }
    return i;
  };
  const augment = (first: number, d: number) => {
    const second = to(first, d);
    let flow = linkOf(first, d);
    for (const side of [first, second]) {
      const end = climb(side, (_, i, way) => {
        flow = Math.min(flow, linkOf(i, way));
      });
      flow = Math.min(flow, Math.abs(terminals[end] ?? 0));
    }
    push(first, d, flow);
    for (const side of [first, second]) {
      const end = climb(side, (child, i, way) => {
        push(i, way, flow);
        if (linkOf(i, way) <= 0) orphans.push(child);
      });
      const left = terminals[end] ?? 0;
      terminals[end] = left > 0 ? left - flow : left + flow;
      if (terminals[end] === 0) orphans.push(end);
    }
    for (const orphan of orphans) parent[orphan] = none;
    while (orphans.length > 0) adopt(orphans.pop() ?? 0);
  };
  const adopt = (i: number) => {
    for (let d = 0; d < ways; d++) {
      const j = to(i, d);
      if (tree[j] !== tree[i] || open(j, d ^ 1) <= 0 || !isRooted(j)) continue;
      parent[i] = d;
      return;
    }
    for (let d = 0; d < ways; d++) {
      const j = to(i, d);
      if (j < 0 || j >= n || tree[j] !== tree[i]) continue;
      if (open(j, d ^ 1) > 0) wake(j);
      if (parent[j] === (d ^ 1)) {
        parent[j] = none;
        orphans.push(j);
      }
    }
    tree[i] = 0;
  };

  for (let head = 0; head < queue.length; head++) {
    const i = queue[head] ?? 0;
    for (let d = 0; d < ways && tree[i] !== 0; d++) {
      const j = to(i, d);
      if (open(i, d) <= 0) continue;
      if (tree[j] === 0) {
        tree[j] = tree[i] ?? 0;
        parent[j] = d ^ 1;
        wake(j);
      } else if (tree[j] !== tree[i]) {
        if (tree[i] === 1) augment(i, d);
        else augment(j, d ^ 1);
        // There may be more to flow here.
        d--;
      }
    }
    waits[i] = 0;
  }
  return Uint8Array.from(tree, (side) => (side === 1 ? 1 : 0));
}
