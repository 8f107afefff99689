/** Files of nodes and tasks, from the wire. */
import type { NodeFile } from '../../../core/index.ts';
import { compact, instant, nodePath } from '../calls/wire-values.ts';
import type { Wire } from '../connection/sdk.ts';

/** An item of a list; directories have no properties, and Windows nodes name files with backslashes (wire-facts 5.3). */
export function fileOf(wire: Wire.NodeFile): NodeFile {
  return compact({
    name: nodePath(wire.name ?? ''),
    isDirectory: wire.isDirectory ?? false,
    size: wire.properties?.contentLength ?? 0,
    modifiedAt: instant(wire.properties?.lastModified),
  });
}

/** The answer to HEAD, all in headers; whether it is a directory arrives as the text `True` (wire-facts 1.17). */
export function statOf(path: string, headers: Wire.FileGetPropertiesFromTaskHeaders): NodeFile {
  const isDirectory = String(headers.ocpBatchFileIsdirectory).toLowerCase() === 'true';
  const { lastModified, contentLength } = headers as Partial<Wire.FileGetPropertiesFromTaskHeaders>;
  return compact({
    name: path,
    isDirectory,
    size: isDirectory ? 0 : (contentLength ?? 0),
    modifiedAt: instant(lastModified),
  });
}
