/** What a configuration file holds, once it has been checked. */
import type { SettingKey } from './setting.ts';

export interface ConfigFile {
  /** The file's name, without its folder. */
  readonly name: string;
  /** Settings by their place, such as `runtime` or `profiles.azure.batch.endpoint`. */
  readonly general: Readonly<Partial<Record<SettingKey, string>>>;
  readonly profiles: Readonly<Record<string, Profile>>;
  /** USD an hour by VM size. */
  readonly prices: Readonly<Record<string, number>>;
}

export type Profile = Readonly<Partial<Record<SettingKey, string>>>;
