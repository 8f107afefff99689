/** Where the zips of application packages are kept. */
export interface PackageStore {
  /** Keeps a file of this machine under the name. */
  put(blob: string, file: string): Promise<void>;
  /** One that is not there is deleted already. */
  delete(blob: string): Promise<void>;
}
