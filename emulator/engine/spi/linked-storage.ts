/**
 * The storage account that is linked to the Batch account: where `autoStorageContainerName` and application packages are.
 * Both methods give their answer at once and look at nothing: whether a container or a blob is there shows when it is read.
 */
export interface LinkedStorage {
  /** A URL by which a node can list and read the container from now on, for some hours. */
  containerUrl(container: string): string;
  /** A URL by which a node can read an application package, named as the engine has named it. */
  packageUrl(blob: string): string;
}
