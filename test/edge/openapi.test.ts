/** The OpenAPI document says what the routes do. */
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { errorCodes } from '../../shared/errors';
import { limits } from '../../shared/limits';
import { recipeSchema } from '../../shared/recipe';
import { createApp } from '../../worker/app';
import { toJsonSchema } from '../../worker/openapi';
import { create, draft, formOf, post, request } from './support/upload';

interface Operation {
  readonly responses: Record<string, { content?: Record<string, { schema: { $ref?: string } }> }>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: {
    schemas: Record<string, { properties: Record<string, Record<string, unknown>>; required: string[] }>;
  };
}

const documentOf = async () => (await request('/api/openapi.json')).json<Document>();

describe('GET /api/openapi.json', () => {
  it('should name every route of the Worker that answers data, and no other', async () => {
    const { openapi, paths } = await documentOf();
    expect(openapi).toBe('3.1.0');
    const documented = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations)
        .filter((method) => method !== 'parameters')
        .map((method) => `${method.toUpperCase()} ${path}`),
    );
    const served = createApp()
      .routes.filter(({ method, path }) => method !== 'ALL' && /^\/(api|i|w)\//.test(path))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    expect(documented.sort()).toEqual([...new Set(served)].sort());
  });

  it('should point only at schemas that are there', async () => {
    const document = await documentOf();
    const names = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)].map(
      ([, name]) => name ?? '',
    );
    expect(new Set(names)).toEqual(new Set(Object.keys(document.components.schemas)));
  });

  it('should say of shares and errors what is really answered', async () => {
    const { components, paths } = await documentOf();
    const created = await create();
    expect(Object.keys(created).sort()).toEqual(components.schemas.CreatedShare?.required.sort());
    const share = await (await request(`/api/shares/${created.id}`)).json<Record<string, object>>();
    expect(Object.keys(share).sort()).toEqual(components.schemas.Share?.required.sort());
    expect(Object.keys(share.result ?? {}).sort()).toEqual(components.schemas.Picture?.required.sort());
    const refused = await post(formOf(await draft({ title: 'x'.repeat(limits.share.maxTitle + 1) })));
    expect(paths['/api/shares']?.post?.responses[refused.status]).toBeDefined();
    const { error } = await refused.json<{ error: { code: keyof typeof errorCodes } }>();
    expect(JSON.stringify(components.schemas.Error)).toContain(error.code);
  });
});

describe('toJsonSchema', () => {
  it('should carry bounds, patterns, defaults and what is required', () => {
    const schema = v.strictObject({
      name: v.pipe(v.string(), v.regex(/^a+$/), v.maxLength(9)),
      count: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4)), 2),
      tags: v.pipe(v.array(v.picklist(['x', 'y'])), v.minLength(1)),
      near: v.nullable(v.boolean()),
    });
    expect(toJsonSchema(schema)).toEqual({
      type: 'object',
      properties: {
        name: { type: 'string', pattern: '^a+$', maxLength: 9 },
        count: { type: 'integer', minimum: 1, maximum: 4, default: 2 },
        tags: { type: 'array', items: { type: 'string', enum: ['x', 'y'] }, minItems: 1 },
        near: { anyOf: [{ type: 'boolean' }, { type: 'null' }] },
      },
      required: ['name', 'tags', 'near'],
      additionalProperties: false,
    });
  });

  it('should know every kind of schema that a recipe uses, and refuse those it does not know', () => {
    expect(JSON.stringify(toJsonSchema(recipeSchema))).toContain('"const":"dream"');
    expect(() => toJsonSchema(v.date())).toThrow('"date"');
  });
});
