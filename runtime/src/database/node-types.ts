import type { TypedNodeClass } from '../nodes/node.js';

/** Parameters of a node class; a class known only as `NodeClass` takes any, checked at run time. */
export type NodeParams<N> = N extends TypedNodeClass<string, infer In, infer Required, unknown>
  ? { readonly [K in keyof In as K extends Required ? K : never]: In[K] } & { readonly [K in keyof In as K extends Required ? never : K]?: In[K] }
  : Readonly<Record<string, unknown>>;

/** Result of a node class. */
export type NodeResult<N> = N extends { readonly $out: infer Out } ? Out : unknown;

