/** Whether a program of this machine can run inside a container: it is for Linux and for the engine's processor. */
import { open } from 'node:fs/promises';

/** The machine numbers of the ELF format, by the engine's names of processors. */
const MACHINES: Readonly<Record<string, number>> = { amd64: 0x3e, arm64: 0xb7, arm: 0x28, ppc64le: 0x15, s390x: 0x16 };

const HEADER_BYTES = 20;
const MACHINE_AT = 18;
const BYTE_ORDER_AT = 5;
const BIG_ENDIAN = 2;

/** Undefined when it can, as far as its header tells; else a sentence without its full stop. Never throws. */
export async function whyNotInside(path: string, engineArch: string): Promise<string | undefined> {
  let header: Buffer;
  try {
    const file = await open(path);
    try {
      header = (await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0)).buffer;
    } finally {
      await file.close();
    }
  } catch (error) {
    return `the Node binary for nodes, "${path}", cannot be read (${error instanceof Error ? error.message : String(error)})`;
  }
  if (header.toString('latin1', 0, 4) !== '\x7fELF') {
    return `containers need a Node binary for Linux, and "${path}" is for this system`;
  }
  const machine =
    header[BYTE_ORDER_AT] === BIG_ENDIAN ? header.readUInt16BE(MACHINE_AT) : header.readUInt16LE(MACHINE_AT);
  const wanted = MACHINES[engineArch];
  return wanted === undefined || wanted === machine
    ? undefined
    : `the engine's containers are for ${engineArch}, and the Node binary "${path}" is for another processor`;
}
