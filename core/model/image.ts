/** Images a node can be made of, as the service lists them. */

/** A marketplace image: publisher, offer, sku; `version` defaults to `latest`. */
export interface ImageReference {
  readonly publisher: string;
  readonly offer: string;
  readonly sku: string;
  readonly version?: string;
}

export interface SupportedImage {
  readonly image: ImageReference;
  readonly nodeAgentSkuId: string;
  readonly osType: 'linux' | 'windows';
  readonly verified: boolean;
  readonly capabilities: readonly string[];
  /** When the service stops to support it, in ms since the epoch. */
  readonly endOfSupportAt?: number;
}
