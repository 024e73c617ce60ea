/** The OpenAPI 3.1 document of the edge, made from the schemas that the routes check with. */
import { toJsonSchema as convert } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { version } from '../package.json';
import { type ErrorCode, errorCodes } from '../shared/errors';
import { limits } from '../shared/limits';
import { clientKeyHeader, reportSchema, shareRequestSchema } from '../shared/share';

type JsonSchema = { readonly [key: string]: unknown };

/**
 * What a route takes. Checks that are code are in the error's message only.
 * @throws Error for a kind of schema that JSON Schema cannot say: better no document than one that leaves something out
 */
export function toJsonSchema(schema: v.GenericSchema): JsonSchema {
  const ignoreActions = ['check', 'trim', 'finite'];
  const { $schema: _, ...said } = convert(schema, { typeMode: 'input', target: 'draft-2020-12', ignoreActions });
  return said;
}

const text = { type: 'string' };
const whole = { type: 'integer', minimum: 0 };
const record = (properties: Readonly<Record<string, unknown>>, optional: readonly string[] = []): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});
const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: JsonSchema): JsonSchema => ({ 'application/json': { schema } });
const answer = (description: string, schema?: JsonSchema): JsonSchema =>
  schema ? { description, content: json(schema) } : { description };

/** The answers that these codes give, by status. */
function errors(...codes: readonly ErrorCode[]): Record<string, JsonSchema> {
  const byStatus: Record<string, ErrorCode[]> = {};
  for (const code of codes) {
    const { status } = errorCodes[code];
    byStatus[status] = [...(byStatus[status] ?? []), code];
  }
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, of]) => [
      status,
      answer(of.map((code) => `\`${code}\``).join(', '), ref('Error')),
    ]),
  );
}

const inPath = (name: string, pattern: string): JsonSchema => ({
  name,
  in: 'path',
  required: true,
  schema: { type: 'string', pattern },
});
const shareId = inPath('id', '^[A-Za-z0-9_-]{22}$');

/** One method of a path. */
const asks = (summary: string, responses: JsonSchema, rest: JsonSchema = {}) => ({ summary, ...rest, responses });
const binary = (description: string): JsonSchema => ({ description, content: { '*/*': { schema: text } } });

const list = (summary: string, name: string) => ({
  get: asks(summary, {
    200: answer('The list, with an ETag.', record({ [name]: { type: 'array' } })),
    304: answer('Unchanged.'),
  }),
});

const object = (summary: string, pattern: string, gone: readonly ErrorCode[]) => ({
  get: asks(
    summary,
    {
      200: binary('The whole of it, with an ETag.'),
      206: binary('The one range that was asked for.'),
      304: answer('It is what `If-None-Match` names.'),
      416: answer('The range lies outside; `Content-Range` says how long it is.'),
      ...errors('not-found', ...gone),
    },
    { parameters: [inPath('name', pattern)] },
  ),
});

function schemas(): Record<string, JsonSchema> {
  const described = { url: text, width: whole, height: whole, type: text, bytes: whole };
  const picture = { ...record(described), properties: { ...described, transparent: { type: 'boolean' } } };
  const request = toJsonSchema(shareRequestSchema) as { readonly properties: Record<string, JsonSchema> };
  const { film, run, recipe, title, language } = request.properties;
  return {
    Error: record({
      error: record({ code: { enum: Object.keys(errorCodes) }, message: text, data: { type: 'object' } }, ['data']),
    }),
    ShareRequest: request,
    Report: toJsonSchema(reportSchema),
    CreatedShare: record({ id: text, url: text, deleteKey: text, expiresAt: { ...text, format: 'date-time' } }),
    Picture: picture,
    Share: record({
      id: text,
      title,
      language,
      recipe,
      run,
      result: ref('Picture'),
      card: { anyOf: [ref('Picture'), { type: 'null' }] },
      film: {
        anyOf: [
          { ...film, properties: { ...(film?.properties as object), picture: ref('Picture') } },
          { type: 'null' },
        ],
      },
      inputs: { type: 'array', items: record({ role: text, index: whole, picture: ref('Picture') }) },
      createdAt: { ...text, format: 'date-time' },
      expiresAt: { ...text, format: 'date-time' },
      state: { enum: ['live', 'reported'] },
    }),
  };
}

const health = record({
  status: { const: 'unready' },
  version: text,
  checks: record({ database: text, pictures: text, sweep: text }),
});
const clientKey = {
  name: clientKeyHeader,
  in: 'header',
  schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{22,128}$' },
  description: 'Of the client’s own, by chance: sent again with the same share, it is answered the same.',
};

const paths = {
  '/api/health': {
    get: asks('Whether the edge runs, and which version', {
      200: answer('It does.', record({ status: { const: 'ok' }, version: text })),
      503: answer('It does not, or not as it should: `failed`, `late` or `restoring`, by what it needs.', health),
    }),
  },
  '/api/openapi.json': { get: asks('This document', { 200: answer('OpenAPI 3.1.', { type: 'object' }) }) },
  '/api/networks': list('Manifests of the networks that this server has', 'networks'),
  '/api/presets': list('Style presets that this server has', 'presets'),
  '/api/shares': {
    parameters: [clientKey],
    delete: asks('Take back what a key of the client’s has made, or is about to make; again is no error', {
      204: answer('Nothing of it is shared, and nothing will be.'),
      ...errors('bad-request', 'origin-refused', 'rate-limited', 'unavailable'),
    }),
    post: asks(
      'Share a result',
      {
        201: answer('Shared. The deletion key is told here and never again.', ref('CreatedShare')),
        ...errors('share-invalid', 'recipe-version', 'share-picture-refused', 'share-hash-mismatch', 'share-too-large'),
        ...errors('origin-refused', 'rate-limited', 'uploads-disabled', 'unavailable'),
      },
      {
        description:
          'One part `share` with the description, and one file for every picture in it, named `result`, `card`, `film` or ' +
          `\`<role>-<index>\` for an input. At most ${limits.share.maxUploadBytes} bytes. Pictures are plain JPEG, PNG or ` +
          'WebP: no metadata, no profile, no animation, nothing behind their end.',
        requestBody: {
          required: true,
          content: {
            'multipart/form-data': {
              schema: record({ share: ref('ShareRequest'), result: { type: 'string', format: 'binary' } }),
              encoding: { share: { contentType: 'application/json' } },
            },
          },
        },
      },
    ),
  },
  '/api/shares/{id}': {
    parameters: [shareId],
    get: asks('What anyone with the link may know', {
      200: answer('The share.', ref('Share')),
      ...errors('not-found', 'gone', 'rate-limited', 'unavailable'),
    }),
    delete: asks(
      'Delete a share; again is no error',
      {
        204: answer('It is gone.'),
        ...errors('not-found', 'rate-limited', 'share-key-wrong', 'origin-refused', 'unavailable'),
      },
      { security: [{ deleteKey: [] }] },
    ),
  },
  '/api/shares/{id}/reports': {
    parameters: [shareId],
    post: asks(
      'Report a share',
      {
        202: answer('Noted.'),
        ...errors(
          'bad-request',
          'not-found',
          'gone',
          'rate-limited',
          'origin-refused',
          'share-too-large',
          'unavailable',
        ),
      },
      { requestBody: { required: true, content: json(ref('Report')) } },
    ),
  },
  '/i/{name}': object('A picture of a share', '^[0-9a-f]{64}\\.(jpg|png|webp)$', ['gone']),
  '/w/{name}': object("A shard of a network's weights", '^[0-9a-f]{64}\\.bin$', []),
};

export const document = () => ({
  openapi: '3.1.0',
  info: { title: 'Reverie', version, description: 'The edge of Reverie: networks, presets, and shares that replay.' },
  paths,
  components: {
    schemas: schemas(),
    securitySchemes: {
      deleteKey: { type: 'http', scheme: 'bearer', description: 'Told once, when a share is created.' },
    },
  },
});
