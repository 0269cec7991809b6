import type { TlsSettings } from './pg.js';

/** How the connection is encrypted; PEM texts. */
export interface Tls {
  readonly mode?: 'require' | 'verify-ca' | 'verify-full';
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
}

/** The same for `tls.connect`. */
export function tlsSettings({ mode = 'verify-full', ca, cert, key, serverName }: Tls): TlsSettings {
  return {
    rejectUnauthorized: mode !== 'require',
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(mode === 'verify-ca' && { checkServerIdentity: () => undefined }),
    ...(mode === 'verify-full' && serverName !== undefined && { checkServerIdentity: (_host: string, certificate: never) => process.getBuiltinModule('node:tls').checkServerIdentity(serverName, certificate) }),
  };
}
