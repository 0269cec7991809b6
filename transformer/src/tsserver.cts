import type ts from 'typescript';
// tsserver loads plugins with require; Node >= 20.19 can require the ES modules behind this file.
import editor = require('./editor/index.js');

/** The entry for the editor: `{ "name": "dataflow-ts-compiler" }`. */
function init({ typescript }: { readonly typescript: typeof ts }): ts.server.PluginModule {
  return editor.plugin(typescript);
}

export = init;
