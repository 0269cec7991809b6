/** Public API of running workflows. */
export { LocalRuntime, type ExecuteOptions, type RunResult } from './local-runtime.js';
export type { WorkflowDatabase } from './workflow-database.js';
