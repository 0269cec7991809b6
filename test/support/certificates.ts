import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** PEM files in a temporary folder, made by `openssl`. */
export interface Certificates {
  readonly folder: string;
  /** Path of a file: `ca.pem`, `server.pem`, `server.key`, … */
  path(file: string): string;
  /** Content of a file. */
  text(file: string): string;
  remove(): void;
}

export function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * Two authorities (`ca`, `other`), and from the first a certificate for the host `db.example.com` (`server`), an outdated one
 * (`expired`) and one for the user `certified` (`client`), each `.pem` with its `.key`.
 */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'dataflow-certificates-'));
  // The server may run as another user.
  chmodSync(folder, 0o755);
  const path = (file: string): string => join(folder, file);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  for (const name of ['ca', 'other']) {
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.pem`);
  }
  writeFileSync(path('server.ext'), 'subjectAltName = DNS:db.example.com');
  writeFileSync(path('client.ext'), 'extendedKeyUsage = clientAuth');
  const issue = (name: string, subject: string, extensions: string, ...validity: string[]): void => {
    openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${subject}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
    openssl('x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', extensions, '-out', `${name}.pem`, ...validity);
    giveToServer(path(`${name}.key`));
  };
  issue('server', 'db.example.com', 'server.ext', '-days', '2');
  issue('expired', 'db.example.com', 'server.ext', '-days', '-1');
  issue('client', 'certified', 'client.ext', '-days', '2');
  return { folder, path, text: (file) => readFileSync(path(file), 'utf8'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** PostgreSQL wants its key to be its own. Under root it runs as user postgres. */
export function giveToServer(file: string): void {
  chmodSync(file, 0o600);
  if (process.getuid?.() === 0) chownSync(file, Number(execFileSync('id', ['-u', 'postgres'])), -1);
}
