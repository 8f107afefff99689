// A throw-away certificate for 127.0.0.1 and the host names of accounts, made by openssl for one test file.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ThrowAwayCertificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly pfxFile: string;
  /** Of the PFX file. */
  readonly password: string;
  readonly cert: string;
  readonly key: string;
  remove(): void;
}

export function throwAwayCertificate(): ThrowAwayCertificate {
  const folder = mkdtempSync(join(tmpdir(), 'batchrite-certificate-'));
  const [certFile, keyFile, pfxFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem'), join(folder, 'both.pfx')];
  const password = 'a password for tests';
  const names = 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:*.local.batch.localhost';
  const openssl = (...words: readonly string[]) => execFileSync('openssl', words, { stdio: 'ignore' });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...curve,
    '-keyout',
    keyFile,
    '-out',
    certFile,
    '-days',
    '2',
    '-subj',
    '/CN=batchrite',
    '-addext',
    names,
  );
  openssl('pkcs12', '-export', '-out', pfxFile, '-inkey', keyFile, '-in', certFile, '-passout', `pass:${password}`);
  return {
    certFile,
    keyFile,
    pfxFile,
    password,
    cert: readFileSync(certFile, 'utf8'),
    key: readFileSync(keyFile, 'utf8'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
