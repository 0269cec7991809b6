/** What is wrong with an encrypted connection: the server's certificate, no encryption at all, or something else about it. */
export type TlsKind = 'certificate' | 'noTls' | 'tls';

/** Codes of Node, for what OpenSSL found when it checked a certificate. */
const certificateCodes = /^(\w*CERT_\w+|\w+_CERT|\w+_CERT_IN_CHAIN|UNABLE_TO_\w+|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|CERT_\w+|HOSTNAME_MISMATCH)$/;

/** The kind of an error that has to do with encryption; undefined for all others. */
export function tlsKind(error: Error): TlsKind | undefined {
  const { code, syscall } = error as NodeJS.ErrnoException;
  // The package `pg` has no code for it.
  if (code === undefined) return error.message.startsWith('The server does not support SSL') ? 'noTls' : undefined;
  if (typeof code !== 'string') return undefined;
  if (/^(ERR_(SSL|TLS|OSSL)_(?!CERT_ALTNAME)\w+|EPROTO)$/.test(code)) return 'tls';
  // A file that the URL names.
  if (syscall === 'open') return 'tls';
  return certificateCodes.test(code) ? 'certificate' : undefined;
}

export function certificateProblem(error: Error): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (/ALTNAME|HOSTNAME/.test(code)) return 'it is for another host';
  if (code === 'CERT_HAS_EXPIRED') return 'it has expired';
  if (code === 'CERT_NOT_YET_VALID') return 'it is not valid yet';
  if (code === 'CERT_REVOKED') return 'it was revoked';
  if (/SELF_SIGNED|UNABLE_TO|UNTRUSTED|INVALID_CA/.test(code)) return 'no trusted authority has issued it';
  return `the check failed with ${code}`;
}

export function tlsProblem(error: Error): string {
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  if (syscall === 'open') return 'a certificate or key file that the URL names cannot be read';
  if (/ALERT_(UNKNOWN_CA|CERTIFICATE|BAD_CERTIFICATE|HANDSHAKE)|ALERT_NO_CERT/.test(code)) return "the server does not accept the client's certificate";
  if (/VERSION|PROTOCOL/.test(code)) return 'client and server have no version of TLS in common';
  if (code.startsWith('ERR_OSSL')) return 'a certificate or key cannot be read';
  return `the handshake failed with ${code}`;
}
