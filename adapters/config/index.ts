/** The door to settings: options, environment, files and defaults, checked once. */
export type { ServiceAccess } from './access.ts';
export type { OptionValues, SettingKey, SettingValue, Source } from './setting.ts';
export { SETTING_KEYS, describeSource, shownText } from './setting.ts';
export type { Environment } from './layers.ts';
export type { Settings, SettingsRequest } from './settings.ts';
export { loadSettings, requireUsable } from './settings.ts';
