/**
 * File names as blob names. Storage takes a backslash for a slash, so it is written `%5C`; and that this can be read back,
 * a percent sign before `5C` or `25` is written `%25`. Every other name, also with `%` or spaces, stays as it is.
 */

export function blobNameOf(fileName: string): string {
  return fileName.replaceAll(/%(?=5C|25)/g, '%25').replaceAll('\\', '%5C');
}

export function fileNameOf(blobName: string): string {
  return blobName.replaceAll(/%(5C|25)/g, (_, code) => (code === '5C' ? '\\' : '%'));
}
