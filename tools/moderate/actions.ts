/** What an operator does: each is logged where a restore of the database finds it, done, and written into the audit trail. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ReverieError } from '../../shared/errors';
import { extensionOf, picturesOf, readShareRecord } from '../../shared/share';
import { logKey, markDone, timeOf, type Verb } from '../../worker/shares/logKeys';
import { keyOf } from '../../worker/shares/protocol';
import { sha256Of } from '../files';
import type { Row, Storage } from './storage';

const date = (ms: unknown): string => (ms ? new Date(Number(ms)).toISOString().slice(0, 16).replace('T', ' ') : '–');

/** What a person pastes: an id, or an address that ends with it. @throws ReverieError `usage` */
function idIn(text: string): string {
  const id = /(?:^|\/)([\w-]{22})(?:[/?#].*)?$/.exec(text)?.[1];
  if (id) return id;
  throw new ReverieError('usage', `"${text}" is neither the id of a share nor its link.`);
}

function hashIn(text: string): string {
  const sha256 = /(?:^|\/)([0-9a-f]{64})(?:\.\w+)?$/.exec(text)?.[1];
  if (sha256) return sha256;
  throw new ReverieError('usage', `"${text}" is neither the SHA-256 of a picture nor its address.`);
}

const stateOf = ({ ended_at, hidden_at, cleared_at, reports }: Row): string => {
  if (ended_at) return 'gone';
  if (hidden_at) return 'hidden';
  return `${cleared_at ? 'reviewed' : 'not reviewed'}, ${reports} report${reports === 1 ? '' : 's'} on its worst day`;
};

export function actions(storage: Storage, say: (line: string) => void, now = Date.now) {
  const shareOf = async (id: string): Promise<Row> => {
    const [row] = await storage.query('SELECT * FROM shares WHERE id = ?1', id);
    if (row) return row;
    throw new ReverieError('not-found', `There is no share ${id}.`);
  };
  const audit = (action: string, subject: string, note: string) =>
    storage.query(
      'INSERT INTO audit (at, action, subject, note) VALUES (?1, ?2, ?3, ?4)',
      now(),
      action,
      subject,
      note,
    );
  /** First into the log, so that a restore does it again, whatever happens next. */
  const logged = async (verb: Verb, subject: string, note: string, sql: string) => {
    const key = logKey(now(), verb, subject);
    await storage.mark('log', key);
    await storage.query(sql, subject, now(), note);
    await storage.query(markDone, key);
    await audit(verb, subject, note);
  };
  const change = async (verb: Verb, id: string, note: string, sql: string) => {
    await shareOf(id);
    await logged(verb, id, note, sql);
    say(`${id}: ${stateOf(await shareOf(id))}`);
  };

  return {
    async list(all: boolean) {
      const rows = await storage.query(
        `SELECT shares.id, created_at, reports, hidden_at, cleared_at, ended_at, substr(record, 1, 400) AS record,
           (SELECT count(*) FROM reports WHERE share_id = shares.id) AS told,
           (SELECT group_concat(DISTINCT reason) FROM reports WHERE share_id = shares.id) AS reasons
         FROM shares WHERE ended_at IS NULL AND (?1 = 1 OR hidden_at IS NOT NULL OR told > 0)
         ORDER BY CASE WHEN ?1 = 1 THEN created_at ELSE 0 END DESC, cleared_at IS NOT NULL, reports DESC LIMIT 100`,
        all ? 1 : 0,
      );
      if (rows.length === 0) say(all ? 'There are no shares.' : 'Nothing was reported.');
      for (const row of rows) {
        const title = /"title":"((?:[^"\\]|\\.)*)"/.exec(String(row.record))?.[1] ?? '';
        say(`${row.id}  ${date(row.created_at)}  ${stateOf(row)}  ${row.reasons ?? ''}  ${title}`.trimEnd());
      }
    },

    async show(given: string, out: string) {
      const id = idIn(given);
      const row = await shareOf(id);
      say(`${id}: ${stateOf(row)}; made ${date(row.created_at)}, ends ${date(row.expires_at)}`);
      const reports = await storage.query('SELECT reason, note, created_at FROM reports WHERE share_id = ?1', id);
      for (const { reason, note, created_at } of reports) say(`  ${date(created_at)} ${reason}: ${note}`);
      for (const { at, action, note } of await storage.query('SELECT * FROM audit WHERE subject = ?1', id))
        say(`  ${date(at)} operator: ${action} ${note}`);
      const record = readShareRecord(String(row.record));
      if (!record) return say('  Its record is erased or damaged.');
      say(`  "${record.title}"`);
      mkdirSync(path.join(out, id), { recursive: true });
      const stored = await storage.query(
        'SELECT sha256, generation FROM pictures WHERE sha256 IN (SELECT sha256 FROM share_pictures WHERE share_id = ?1)',
        id,
      );
      for (const { part, picture } of picturesOf(record)) {
        const found = stored.find(({ sha256 }) => sha256 === picture.sha256);
        if (!found) continue;
        const file = path.join(out, id, `${part}.${extensionOf[picture.type]}`);
        await storage.read('media', keyOf({ sha256: picture.sha256, generation: String(found.generation) }), file);
        say(`  ${file}  ${picture.sha256}`);
      }
    },

    hide: (given: string, note: string) =>
      change('hide', idIn(given), note, 'UPDATE shares SET hidden_at = ?2 WHERE id = ?1'),
    restore: (given: string, note: string) =>
      change('restore', idIn(given), note, 'UPDATE shares SET hidden_at = NULL, cleared_at = ?2 WHERE id = ?1'),
    clear: (given: string, note: string) =>
      change('clear', idIn(given), note, 'UPDATE shares SET cleared_at = ?2 WHERE id = ?1'),

    async block(given: string, undo: boolean, note: string) {
      const sha256 = hashIn(given);
      if (undo) await logged('unblock', sha256, note, 'DELETE FROM blocked WHERE sha256 = ?1');
      else
        await logged(
          'block',
          sha256,
          note,
          'INSERT OR REPLACE INTO blocked (sha256, reason, since) VALUES (?1, ?3, ?2)',
        );
      say(`${sha256}: ${undo ? 'taken again' : 'blocked'}`);
      if (undo) return;
      const shares = await storage.query(
        'SELECT id FROM share_pictures JOIN shares ON id = share_id WHERE sha256 = ?1 AND ended_at IS NULL AND hidden_at IS NULL',
        sha256,
      );
      for (const { id } of shares) await this.hide(String(id), `it shows ${sha256}`);
    },

    async audit() {
      for (const { at, action, subject, note } of await storage.query('SELECT * FROM audit ORDER BY id DESC LIMIT 200'))
        say(`${date(at)}  ${action}  ${subject}  ${note}`.trimEnd());
    },

    async status() {
      const rows = await storage.query('SELECT name, value FROM sweeps');
      const kept = (name: string) => String(rows.find((row) => row.name === name)?.value ?? '');
      const memory = JSON.parse(kept('memory') || '{}') as Record<string, unknown>;
      const compared = memory.compared as { at: number; strays: number; missing: number } | undefined;
      say(`last sweep: ${date(memory.beat)}; last of the log that was done: ${date(timeOf(kept('log')))}`);
      say(
        compared
          ? `compared ${date(compared.at)}: ${compared.strays} pictures without a name (deleted), ${compared.missing} of shares that the bucket lacks`
          : 'database and bucket were not compared yet',
      );
      const [left] = await storage.query('SELECT count(*) AS n FROM drops');
      say(`bytes still to be deleted: ${left?.n ?? 0}`);
    },

    async backup(folder: string) {
      mkdirSync(folder, { recursive: true });
      const database = path.join(folder, `database-${new Date(now()).toISOString().slice(0, 10)}.sql`);
      await storage.dump(database);
      say(database);
      const pictures = await storage.query('SELECT sha256, generation FROM pictures');
      const named = 'SELECT 1 FROM pictures WHERE sha256 = ?1 AND generation = ?2';
      let fetched = 0;
      let failed = 0;
      for (const { sha256, generation } of pictures) {
        const key = keyOf({ sha256: String(sha256), generation: String(generation) });
        const file = path.join(folder, key);
        // A fetch that was cut off leaves a part of the file.
        const isWhole = () => existsSync(file) && sha256Of(readFileSync(file)) === sha256;
        if (isWhole()) continue;
        mkdirSync(path.dirname(file), { recursive: true });
        const why = await storage.read('media', key, file).then(
          () => (isWhole() ? undefined : 'its bytes are others'),
          (cause: unknown) => ReverieError.from(cause).message,
        );
        if (why === undefined) fetched++;
        // Else it was deleted meanwhile.
        else if ((await storage.query(named, String(sha256), String(generation))).length > 0) {
          failed++;
          say(`${key}: ${why}`);
        }
      }
      say(`${pictures.length} pictures, ${fetched} of them fetched now`);
      if (failed > 0) throw new ReverieError('unavailable', `The backup lacks ${failed} of the pictures.`);
    },

    /** The newest database of a backup; what was deleted since, the edge deletes again by its log. */
    async putDatabaseBack(folder: string) {
      const newest = readdirSync(folder)
        .filter((name) => /^database-.*\.sql$/.test(name))
        .sort()
        .at(-1);
      if (!newest) throw new ReverieError('usage', `${folder} holds no database of a backup.`);
      await storage.load(path.join(folder, newest));
      say(`${newest} is the database now`);
    },

    /** Every picture that the database names and the backup has, under its own key and as what it is. */
    async putPicturesBack(folder: string) {
      const pictures = await storage.query('SELECT sha256, generation, type FROM pictures');
      let put = 0;
      for (const { sha256, generation, type } of pictures) {
        const key = keyOf({ sha256: String(sha256), generation: String(generation) });
        const file = path.join(folder, key);
        if (!existsSync(file) || sha256Of(readFileSync(file)) !== sha256) {
          say(`${key}: the backup does not have it`);
          continue;
        }
        await storage.put('media', key, file, String(type));
        put++;
      }
      say(`${pictures.length} pictures, ${put} of them put back`);
    },
  };
}
