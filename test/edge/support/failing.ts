/** The real storage, which throws at its n-th operation. */
import { env } from 'cloudflare:workers';

export function failingAt(n: number): { readonly env: Env; readonly operations: () => number } {
  let done = 0;
  const count = <T>(operation: () => T): T => {
    if (++done === n) throw new Error('storage is down');
    return operation();
  };
  const originals = new WeakMap<object, D1PreparedStatement>();
  const failing = (statement: D1PreparedStatement): D1PreparedStatement => {
    const wrapped = new Proxy(statement, {
      get: (target, name) => {
        const method = Reflect.get(target, name) as (...args: unknown[]) => unknown;
        if (name === 'bind') return (...values: unknown[]) => failing(target.bind(...values));
        return async (...args: unknown[]) => count(() => method.apply(target, args));
      },
    });
    originals.set(wrapped, statement);
    return wrapped;
  };
  const DB = {
    prepare: (sql: string) => failing(env.DB.prepare(sql)),
    batch: async (statements: D1PreparedStatement[]) =>
      count(() => env.DB.batch(statements.map((statement) => originals.get(statement) ?? statement))),
  } as unknown as D1Database;
  const MEDIA = new Proxy(env.MEDIA, {
    get: (bucket, name) => {
      const method = Reflect.get(bucket, name) as (...args: unknown[]) => unknown;
      return async (...args: unknown[]) => count(() => method.apply(bucket, args));
    },
  });
  return { env: { ...env, DB, MEDIA }, operations: () => done };
}
