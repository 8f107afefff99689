/** Files of nodes and tasks, as core shows them. */
import type { NodeFile } from '../../../core/index.ts';
import type { NodeFileEntry } from '../../../emulator/engine/index.ts';
import { instant } from '../calls/values.ts';

/** An item of a list; directories show no time there (wire-facts 5.3). */
export function fileOf(name: string, { isDirectory, size, modifiedAt }: NodeFileEntry): NodeFile {
  return isDirectory ? { name, isDirectory, size: 0 } : { name, isDirectory, size, modifiedAt: instant(modifiedAt) };
}

/** One file looked at. The service tells its time in a header, in whole seconds (wire-facts 1.10). */
export function statOf(name: string, { isDirectory, size, modifiedAt }: NodeFileEntry): NodeFile {
  return {
    name,
    isDirectory,
    size: isDirectory ? 0 : size,
    modifiedAt: Math.floor(modifiedAt / 1000) * 1000,
  };
}
