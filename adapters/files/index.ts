/** The door of the file adapter: the files of this machine. */
export { DiskFiles } from './disk-files.ts';
