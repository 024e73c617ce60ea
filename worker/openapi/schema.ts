/** A valibot schema as JSON Schema 2020-12, for the OpenAPI document: the kinds and checks that shared/ uses. */
import type * as v from 'valibot';

export type JsonSchema = { readonly [key: string]: unknown };

type Schema = v.GenericSchema;

/** What a schema of each kind holds, beyond valibot's generic type. */
interface Node {
  readonly type: string;
  readonly entries?: Readonly<Record<string, Schema>>;
  readonly item?: Schema;
  readonly wrapped?: Schema;
  readonly options?: readonly unknown[];
  readonly literal?: unknown;
  readonly default?: unknown;
  readonly pipe?: readonly { readonly kind: string; readonly type: string; readonly requirement?: unknown }[];
}

/** @throws Error for a kind of schema that it does not know: better no document than one that leaves something out. */
export function toJsonSchema(schema: Schema): JsonSchema {
  const node = schema as unknown as Node;
  const checks = (node.pipe ?? []).filter(({ kind }) => kind === 'validation');
  return Object.assign(base(node), ...checks.map((check) => constraint(node.type, check)));
}

function base(node: Node): Record<string, unknown> {
  switch (node.type) {
    case 'strict_object':
      return object(node.entries ?? {});
    case 'array':
      return { type: 'array', items: node.item ? toJsonSchema(node.item) : true };
    case 'optional':
      return withDefault(node);
    case 'nullable':
      return { anyOf: [node.wrapped ? toJsonSchema(node.wrapped) : true, { type: 'null' }] };
    case 'union':
    case 'variant':
      return { anyOf: (node.options as readonly Schema[]).map(toJsonSchema) };
    case 'picklist':
      return { enum: [...(node.options ?? [])] };
    case 'literal':
      return { const: node.literal };
    case 'string':
    case 'number':
    case 'boolean':
      return { type: node.type };
    default:
      throw new Error(`The OpenAPI document cannot say "${node.type}" yet; teach it in worker/openapi/schema.ts.`);
  }
}

function object(entries: Readonly<Record<string, Schema>>): Record<string, unknown> {
  const names = Object.keys(entries);
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, toJsonSchema(entry)])),
    required: names.filter((name) => entries[name]?.type !== 'optional'),
    additionalProperties: false,
  };
}

function withDefault(node: Node): Record<string, unknown> {
  const inner = node.wrapped ? toJsonSchema(node.wrapped) : {};
  const value = typeof node.default === 'function' ? node.default() : node.default;
  return value === undefined ? { ...inner } : { ...inner, default: value };
}

/** `check` is code: what it asks for is in the error's message only. */
function constraint(type: string, check: { readonly type: string; readonly requirement?: unknown }): JsonSchema {
  const { requirement } = check;
  switch (check.type) {
    case 'min_value':
      return { minimum: requirement };
    case 'max_value':
      return { maximum: requirement };
    case 'integer':
      return { type: 'integer' };
    case 'min_length':
      return type === 'array' ? { minItems: requirement } : { minLength: requirement };
    case 'max_length':
      return type === 'array' ? { maxItems: requirement } : { maxLength: requirement };
    case 'regex':
      return { pattern: (requirement as RegExp).source };
    default:
      return {};
  }
}
