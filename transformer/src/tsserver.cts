import type ts from 'typescript';

/** The entry for the editor: `{ "name": "dataflow-ts-compiler" }`. It leaves the language service as it is. */
function init(_modules: { readonly typescript: typeof ts }): ts.server.PluginModule {
  return { create: (info) => info.languageService };
}

export = init;
