/** Files as the wire shows them: list items and the headers of one file (wire-facts 5.3, 5.4). */
import type { NodeFileEntry } from '../../engine/index.ts';
import { formatHttpDate } from '../codec/wire-time.ts';
import type { HeaderList } from '../http/wire-response.ts';
import { encodeFilePath } from './file-path.ts';

const textExtensions = new Set([
  'txt',
  'log',
  'out',
  'err',
  'csv',
  'md',
  'sh',
  'py',
  'ini',
  'cfg',
  'conf',
  'yaml',
  'yml',
]);

/** Only `text/plain` has been recorded; everything that is not plain text by its name is a stream of bytes. */
function contentTypeOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot > 0 && textExtensions.has(name.slice(dot + 1).toLowerCase()) ? 'text/plain' : 'application/octet-stream';
}

/** Python's octal form, with the file's type: `0o100644`. */
function modeText({ mode }: NodeFileEntry): string {
  return `0o${mode.toString(8)}`;
}

/** `name` is relative to the listed root; directories have no properties. */
export function fileItem(entry: NodeFileEntry, name: string, filesUrl: string): object {
  return {
    name,
    url: `${filesUrl}/${encodeFilePath(name)}`,
    isDirectory: entry.isDirectory,
    ...(entry.isDirectory
      ? {}
      : {
          properties: {
            lastModified: entry.modifiedAt,
            contentLength: entry.size,
            contentType: contentTypeOf(name),
            fileMode: modeText(entry),
          },
        }),
  };
}

export function fileHeaders(entry: NodeFileEntry, url: string): HeaderList {
  return [
    ['Content-Type', contentTypeOf(entry.path)],
    ['Last-Modified', formatHttpDate(entry.modifiedAt)],
    ['ocp-batch-file-isdirectory', entry.isDirectory ? 'True' : 'False'],
    ['ocp-batch-file-mode', modeText(entry)],
    ['ocp-batch-file-url', encodeURIComponent(url).replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase())],
  ];
}
