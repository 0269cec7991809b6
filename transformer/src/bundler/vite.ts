import { startBuild, type RollupContext } from './rollup.js';
import { textOf, type Session } from './session.js';

/** The part of Vite's resolved configuration that is used. */
export interface ViteConfig {
  readonly root: string;
  readonly command: 'build' | 'serve';
  readonly logger: { error(text: string): void; warn(text: string): void };
}

/** The part of Vite's development server that is used. */
export interface ViteServer {
  readonly watcher: { on(event: 'add' | 'change' | 'unlink', listener: (path: string) => void): unknown };
  readonly ws: {
    on(event: 'connection', listener: () => void): unknown;
    send(payload: object): void;
  };
}

/** Changes that come together, as from git, are one. */
const settleMs = 50;

/** The hooks that only Vite has: a build fails with errors, the development server shows them and goes on. */
export function viteHooks(session: Session) {
  let config: ViteConfig | undefined;
  let server: ViteServer | undefined;
  let shown = '';
  let timer: NodeJS.Timeout | undefined;

  function develop(): void {
    const { errors, warnings } = session.run();
    const text = textOf([...errors, ...warnings]);
    const failed = errors.length > 0;
    if (text !== shown && text !== '') (failed ? config?.logger.error : config?.logger.warn)?.(text);
    if (failed) showOverlay();
    else if (shown !== '') server?.ws.send({ type: 'full-reload' });
    shown = text;
  }

  function showOverlay(): void {
    const { errors } = session.outcome;
    const place = errors[0]?.place;
    if (errors.length === 0) return;
    const loc = place && { file: place.path, line: place.line, column: place.column - 1 };
    server?.ws.send({ type: 'error', err: { message: textOf(errors), stack: '', plugin: 'dataflow', ...(loc && { id: loc.file, loc }) } });
  }

  return {
    configResolved(resolved: ViteConfig) {
      config = resolved;
      session.root = resolved.root;
    },
    configureServer(started: ViteServer) {
      server = started;
      const changed = (path: string): void => {
        if (!session.concerns(path)) return;
        clearTimeout(timer);
        timer = setTimeout(develop, settleMs);
      };
      for (const event of ['add', 'change', 'unlink'] as const) started.watcher.on(event, changed);
      started.ws.on('connection', showOverlay);
    },
    closeBundle() {
      clearTimeout(timer);
    },
    buildStart(this: RollupContext) {
      if (config?.command === 'serve') develop();
      else startBuild(session, this);
    },
  };
}
