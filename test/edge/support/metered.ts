/** The real storage, counting what Cloudflare bills: rows of D1, operations of R2. */
import { env } from 'cloudflare:workers';

export interface Bill {
  queries: number;
  rowsRead: number;
  rowsWritten: number;
  /** Puts, deletes and lists of R2 are class A (deletes are free); gets and heads class B. */
  classA: number;
  classB: number;
}

export function metered(): { readonly env: Env; readonly bill: Bill } {
  const bill: Bill = { queries: 0, rowsRead: 0, rowsWritten: 0, classA: 0, classB: 0 };
  const originals = new WeakMap<object, D1PreparedStatement>();
  const count = ({ meta }: D1Result<unknown>) => {
    bill.queries++;
    bill.rowsRead += meta.rows_read;
    bill.rowsWritten += meta.rows_written;
  };
  const meter = (statement: D1PreparedStatement): D1PreparedStatement => {
    const all = async <T>() => {
      const result = await statement.all<T>();
      count(result);
      return result;
    };
    const wrapped = {
      bind: (...values: unknown[]) => meter(statement.bind(...values)),
      all,
      run: all,
      first: async (column?: string) => {
        const [row = null] = (await all<Record<string, unknown>>()).results;
        return column && row ? row[column] : row;
      },
    } as unknown as D1PreparedStatement;
    originals.set(wrapped, statement);
    return wrapped;
  };
  const DB = {
    prepare: (sql: string) => meter(env.DB.prepare(sql)),
    batch: async (statements: D1PreparedStatement[]) => {
      const results = await env.DB.batch(statements.map((statement) => originals.get(statement) ?? statement));
      results.forEach(count);
      return results;
    },
  } as unknown as D1Database;
  const MEDIA = new Proxy(env.MEDIA, {
    get: (bucket, name) => {
      const method = Reflect.get(bucket, name) as (...args: unknown[]) => unknown;
      return (...args: unknown[]) => {
        if (name === 'put' || name === 'list') bill.classA++;
        if (name === 'get' || name === 'head') bill.classB++;
        return method.apply(bucket, args);
      };
    },
  });
  return { env: { ...env, DB, MEDIA }, bill };
}
