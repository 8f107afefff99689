/** The certificate of `--cert`, `--key` and `--pwd`, read and tried before anything is started. */
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { FaultError } from '../../core/index.ts';
import type { TlsMaterial } from '../../emulator/rest/index.ts';

export interface TlsOptions {
  readonly cert?: string;
  readonly key?: string;
  readonly pwd?: string;
}

/** Undefined without `--cert`. Throws a fault that names the file or the option that is wrong. */
export function readTls({ cert, key, pwd }: TlsOptions): TlsMaterial | undefined {
  if (cert === undefined) {
    if (key === undefined && pwd === undefined) return undefined;
    throw invalid(`${key === undefined ? '--pwd' : '--key'} needs --cert with the certificate that it belongs to.`);
  }
  if (key !== undefined && pwd !== undefined) {
    throw invalid('--key is for a PEM certificate and --pwd for a PFX file: give one of them.');
  }
  if (key !== undefined) return tried({ cert: readPem(cert, '--cert'), key: readPem(key, '--key') }, cert);
  if (pwd !== undefined) return tried({ pfx: readBytes(cert, '--cert'), passphrase: pwd }, cert);
  throw invalid('--cert needs --key with the PEM key, or --pwd with the password of a PFX file.');
}

function tried(tls: TlsMaterial, file: string): TlsMaterial {
  try {
    createSecureContext('pfx' in tls ? { pfx: Buffer.from(tls.pfx), passphrase: tls.passphrase } : tls);
    return tls;
  } catch (error) {
    const remedy =
      'pfx' in tls ? 'check the file and its password' : 'check that both files are PEM and belong together';
    throw new FaultError(
      { code: 'invalid', message: `The certificate ${file} cannot be used: ${remedy} (${(error as Error).message}).` },
      { cause: error },
    );
  }
}

function readPem(file: string, option: string): string {
  return readBytes(file, option).toString('utf8');
}

function readBytes(file: string, option: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new FaultError(
      { code: 'invalid', message: `The file ${file} of ${option} cannot be read (${code}): give a file that can.` },
      { cause: error },
    );
  }
}

function invalid(message: string): FaultError {
  return new FaultError({ code: 'invalid', message });
}
