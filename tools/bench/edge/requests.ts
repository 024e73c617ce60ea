/** Requests that nobody's browser sends, by chance: every route, method and header with what may stand there, right or wrong. */

export interface StrangeRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** What there is on the edge to ask for: ids of shares and addresses of their pictures, among them such as are damaged or gone. */
export interface Known {
  readonly ids: readonly string[];
  readonly pictures: readonly string[];
}

const zeros = '0'.repeat(64);
const methods = ['GET', 'GET', 'GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const routes = [
  ...[
    '/s/',
    '/embed/',
    '/i/',
    '/w/',
    '/api/shares/',
    '/api/',
    '/oembed',
    '/figure/',
    '/atlas/',
    '/',
    '/assets/',
    '/weights/',
    '/presets/',
  ],
  ...['/api/health', '/api/networks', '/api/presets', '/api/openapi.json', '/api/shares'],
];
const tails = [
  ...['', '/', '//', '/x', '/poster', '/reports', '/a/b', '.png', '.html', '%', '%E0%A4%A', '%00', '%2e%2e%2f', '%2F'],
  ...[
    'constructor',
    '__proto__',
    'toString',
    'a'.repeat(5000),
    '한글',
    '<script>',
    '?',
    ';x=1',
    `${zeros}.png`,
    `${zeros}.bin`,
  ],
];
const queries = [
  ...[
    '',
    '',
    '',
    '?lang=ko',
    '?lang=constructor',
    '?lang=__proto__&theme=constructor',
    '?theme=dark',
    '?show=1',
    '?%',
    '?=&&=',
  ],
  ...['?maxwidth=1e9&maxheight=-1', '?format=xml&url=x', '?url=%', '?maxwidth=NaN'],
];
const tags = [
  'garbage',
  '"unterminated',
  'W/"',
  '"a" "b"',
  '*',
  '"a", "b"',
  'W/"x"',
  ',,,',
  '""',
  ' ',
  '"a",*',
  '\t"x"',
];
const values: Readonly<Record<string, readonly string[]>> = {
  'If-None-Match': tags,
  'If-Match': tags,
  'If-Range': [...tags, 'Mon, 30 Nov 2026 08:00:00 GMT'],
  'If-Modified-Since': ['Mon, 30 Nov 2026 08:00:00 GMT', 'yesterday', ''],
  'If-Unmodified-Since': ['Mon, 30 Nov 1970 08:00:00 GMT', '-1'],
  Range: [
    'bytes=0-',
    'bytes=-1',
    'bytes=5-2',
    'bytes=0-0,2-3',
    'bytes=99999999999999999999-',
    'lines=1',
    'bytes=-0',
    'bytes',
  ],
  Accept: ['text/html', '*/*', 'image/png', '', ';;;', 'application/json;q=nan'],
  'Accept-Language': ['ko', 'en;q=0', '*', 'ko-KR,en;q=x', ';q=', 'constructor', ','.repeat(200)],
  'Sec-Fetch-Site': ['same-origin', 'cross-site', 'none', 'x'],
  'Sec-Fetch-Mode': ['navigate', 'cors', 'x'],
  Origin: ['null', 'https://evil.test', 'x', ''],
  Authorization: ['Bearer', 'Bearer ', `Bearer ${'A'.repeat(43)}`, 'Basic x', 'Bearer a b c', ''],
  'Idempotency-Key': ['', 'x', 'A'.repeat(22), 'A'.repeat(4000), '__proto__'.repeat(3)],
  'Content-Type': [
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary=x',
    'application/json',
    ';',
  ],
  'Content-Encoding': ['gzip', 'br', 'x'],
};
const bodies = [
  '',
  '{',
  '{}',
  'null',
  '{"reason":"other"}',
  '{"reason":"__proto__","note":"x"}',
  '--x\r\n\r\n--x--',
  '\u0000',
];

/** @param chance in 0..1 */
export function strangeRequest(chance: () => number, { ids, pictures }: Known): StrangeRequest {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)] as T;
  const method = pick(methods);
  const known = () => (chance() < 0.5 ? pick(ids) : '') + (chance() < 0.5 ? pick(tails) : '');
  const path = chance() < 0.15 ? pick(pictures) + (chance() < 0.3 ? pick(tails) : '') : pick(routes) + known();
  const query =
    chance() < 0.2 && path.startsWith('/oembed') ? `?url=https://reverie.test/s/${pick(ids)}` : pick(queries);
  const headers: Record<string, string> = {};
  for (let i = Math.floor(chance() * 4); i > 0; i--) {
    const name = pick(Object.keys(values));
    headers[name] = pick(values[name] ?? []);
  }
  const part = () => Math.floor(chance() * 256);
  headers['CF-Connecting-IP'] =
    chance() < 0.9
      ? `${part()}.${part()}.${part()}.1`
      : pick(['::1', 'x', '::ffff:1.2.3.4', '2001:db8::/', '1.2', ':']);
  const hasBody = !['GET', 'HEAD'].includes(method) && chance() < 0.7;
  return { method, path: path + query, headers, body: hasBody ? pick(bodies) : null };
}

/** What nobody answers with: our own fault. 501 is oEmbed's for a format that there is not (oembed.com, 2.3.1). */
export const isFault = (status: number, path: string): boolean =>
  status >= 500 && !(status === 501 && path.includes('format='));

/** Records of shares that no Reverie of today would write, and may have: `record` in the database, made of a good one. */
export function damagedRecords(good: string): string[] {
  const share = JSON.parse(good) as { recipe: object; run: object };
  const of = (changes: object) => JSON.stringify({ ...share, ...changes });
  const styles = (...presets: string[]) => ({
    recipe: { ...share.recipe, styles: presets.map((preset) => ({ preset, weight: 1 })) },
  });
  return [
    ...['constructor', 'tostring', 'valueof', 'nothing-of-that-name'].map((preset) => of(styles(preset))),
    ...['constructor', 'valueof'].map((backend) => of({ run: { ...share.run, backend } })),
    ...['constructor', 'valueof'].map((network) => of({ recipe: { ...share.recipe, network } })),
    ...['\u200b', '\u202eabc', 'x\u{e0061}', '\ud800', '\u3164', 'a\u2028b'].map((title) => of({ title })),
    ...['\u202eLAYER\u202c', 'a\u0000b\nc', '__proto__', 'constructor', ''].map((layer) =>
      of({ recipe: { technique: 'dream', version: 2, layers: [{ layer }] } }),
    ),
    ...['constructor', 'tostring'].map((style) =>
      of({ recipe: { technique: 'fast', version: 2, styles: [{ style }] } }),
    ),
    ...['constructor', '__proto__', 'x'].map((technique) => of({ recipe: { technique, version: 2 } })),
    of({ recipe: { ...share.recipe, version: 99 } }),
    of({ language: 'constructor' }),
    of({ version: 2 }),
    of({ film: {} }),
    of({ inputs: 'x' }),
    ...['', '{', 'null', '[]', '"x"', '1', '{"recipe":null}', '{"__proto__":{"title":"x"}}', good.slice(0, -10)],
  ];
}
