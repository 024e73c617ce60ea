/** Hono's name for what the Worker is given; `Env` itself is generated from wrangler.toml by `wrangler types`. */
export interface Bindings {
  Bindings: Env;
}
