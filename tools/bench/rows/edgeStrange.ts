/** A hundred thousand requests that no browser sends, over shares as they are and as they never should be: none is our fault. */
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import path from 'node:path';
import { root } from '../../setup/process.mjs';
import { damagedRecords, isFault, strangeRequest } from '../edge/requests';
import { withServers } from '../edge/servers';
import { createShare } from '../edge/shares';
import { type Row, type RowResult, target } from '../report';

const requests = 100_000;
const atOnce = 16;

/** The path as it is: `fetch` would tidy it up. @returns the status, 0 when there was none: wrangler’s proxy
 * answers 503 by itself, without our headers, where a body was cut off on its way. */
function send(
  port: number,
  { method, path: asked, headers: given, body }: ReturnType<typeof strangeRequest>,
): Promise<number> {
  // Node frames no body of a method that usually has none.
  const headers = body === null ? given : { ...given, 'Content-Length': String(Buffer.byteLength(body)) };
  return new Promise((resolve) => {
    try {
      const sent = request(
        { port, host: '127.0.0.1', method, path: encodeURI(asked).replaceAll('%25', '%'), headers },
        (answer) => {
          answer.resume();
          const isOurs = answer.headers['x-content-type-options'] !== undefined;
          answer.on('close', () => resolve(!isOurs && answer.statusCode === 503 ? 0 : (answer.statusCode ?? 0)));
        },
      );
      sent.on('error', () => resolve(0));
      sent.end(body ?? undefined);
    } catch {
      // What cannot be sent, e.g. a header with a line break.
      resolve(0);
    }
  });
}

const run = (progress: (what: string) => void): Promise<RowResult> =>
  withServers(async ({ edge }, folder) => {
    const share = await createShare(edge.url);
    const id = share.page.slice(-22);
    const sql = path.join(folder, 'damaged.sql');
    const wrangler = (...args: string[]) => {
      const flags = ['--local', '--persist-to', path.join(folder, 'edge/state'), '--json'];
      const program = path.join(root, 'node_modules/wrangler/bin/wrangler.js');
      const { stdout, status } = spawnSync(process.execPath, [program, 'd1', 'execute', 'DB', ...flags, ...args], {
        cwd: root,
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`wrangler d1 execute failed: ${stdout}`);
      return stdout;
    };
    const good =
      (
        JSON.parse(wrangler('--command', `SELECT record FROM shares WHERE id = '${id}'`)) as {
          results: { record: string }[];
        }[]
      )[0]?.results[0]?.record ?? '';
    const records = damagedRecords(good).map((record, i) => ({ id: `damaged${String(i).padStart(15, '0')}`, record }));
    const columns = 'delete_hash, created_at, expires_at';
    const rows = records.map(
      ({ id: of, record }) =>
        `INSERT INTO shares (id, record, ${columns}) SELECT '${of}', CAST(x'${Buffer.from(record).toString('hex')}' AS TEXT), ${columns} FROM shares WHERE id = '${id}';`,
    );
    await writeFile(sql, rows.join('\n'));
    wrangler('--file', sql);
    const known = {
      ids: [id, ...records.map((each) => each.id)],
      pictures: [new URL(share.result).pathname, `/i/${'0'.repeat(64)}.png`, `/w/${'0'.repeat(64)}.bin`],
    };
    const port = Number(new URL(edge.url).port);
    const statuses = new Map<number, number>();
    const faults: string[] = [];
    const chance = () => randomInt(2 ** 32) / 2 ** 32;
    let asked = 0;
    const asker = async () => {
      while (asked < requests) {
        if (++asked % 10_000 === 0) progress(`${asked} of ${requests} requests`);
        const strange = strangeRequest(chance, known);
        const status = await send(port, strange);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (isFault(status, strange.path)) faults.push(`${status} ${JSON.stringify(strange)}`);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, asker));
    return {
      targets: [target('answers that are a fault of ours', faults.length, 'exactly', 0)],
      tables: [
        {
          columns: ['status', 'answers'],
          rows: [...statuses]
            .sort(([a], [b]) => a - b)
            .map(([status, count]) => [String(status || 'not sent, or cut off'), String(count)]),
        },
      ],
      notes: [`${records.length} of the shares have records that are damaged or hostile.`, ...faults.slice(0, 5)],
      numbers: { statuses: Object.fromEntries(statuses), faults },
    };
  });

export const edgeStrange: Row = { name: 'edge-strange', title: 'requests that no browser sends', run };
