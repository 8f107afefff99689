/** Which api-versions are served (wire-facts 1.2): every released one since 2018, and newer ones as the newest. */
import type { Outcome } from '../../../core/kernel/index.ts';
import { refusal, success } from '../../../core/kernel/index.ts';
import type { WireFault } from '../errors/wire-fault.ts';
import { wireFault } from '../errors/wire-fault.ts';

export const releasedVersions = [
  '2018-03-01.6.1',
  '2018-08-01.7.0',
  '2018-12-01.8.0',
  '2019-06-01.9.0',
  '2019-08-01.10.0',
  '2020-03-01.11.0',
  '2020-09-01.12.0',
  '2021-06-01.14.0',
  '2022-01-01.15.0',
  '2022-10-01.16.0',
  '2023-05-01.17.0',
  '2023-11-01.18.0',
  '2024-02-01.19.0',
  '2024-07-01.20.0',
] as const;

export type ApiVersion = (typeof releasedVersions)[number];

const positions = new Map<string, number>(releasedVersions.map((version, position) => [version, position]));
const newestVersion: ApiVersion = '2024-07-01.20.0';
const newest = releasedVersions.indexOf(newestVersion);
const FORM = /^\d{4}-\d{2}-\d{2}\.\d+\.\d+$/;

export function versionPosition(version: ApiVersion): number {
  return positions.get(version) ?? newest;
}

export interface VersionPolicy {
  /** Refuses versions that are newer than any known one, as the service would. */
  readonly strict: boolean;
  /** Told each unknown newer version once. */
  readonly warn: (message: string) => void;
}

/** A function from the query parameter's text to the version's position among the released ones. */
export function createVersionCheck(policy: VersionPolicy): (text: string | undefined) => Outcome<number, WireFault> {
  const warned = new Set<string>();
  return (text) => {
    if (text === undefined || text === '') {
      return refusal(wireFault('MissingRequiredQueryParameter', { QueryParameterName: 'api-version' }));
    }
    const position = positions.get(text);
    if (position !== undefined) return success(position);
    const isNewer = FORM.test(text) && text.slice(0, 10) > newestVersion.slice(0, 10);
    if (!isNewer || policy.strict) return refusal(wireFault('UnsupportedRequestVersion'));
    if (warned.size < 100 && !warned.has(text)) {
      warned.add(text);
      policy.warn(`api-version ${text} is newer than any known one and is served as ${newestVersion}.`);
    }
    return success(newest);
  };
}
