import type ts from 'typescript';
import type { TypeScript } from '../checks/check-context.js';
import { languageService } from './language-service.js';

/** The plugin for tsserver. It never fails: what goes wrong is logged, and the editor then has what TypeScript alone gives. */
export function plugin(tsc: TypeScript): ts.server.PluginModule {
  return {
    create: (info) => {
      const log = (what: string, error: unknown): void =>
        info.project.projectService.logger.info(`dataflow: ${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      try {
        return languageService(tsc, info, log);
      } catch (error) {
        log('start', error);
        return info.languageService;
      }
    },
  };
}
