/** The account that every emulator has, as Azurite has one. Its key is public and no secret. */

export interface Account {
  readonly name: string;
  /** Base64. */
  readonly key: string;
  /** As good as the first. */
  readonly key2?: string;
}

export const DEVELOPMENT_ACCOUNT: Account = {
  name: 'devbatchaccount1',
  key: 'QmF0Y2hyaXRlIGRldmVsb3BtZW50IGtleTogcHVibGljLCB3ZWxsIGtub3duLCBhbmQgbm8gc2VjcmV0IQ==',
};
