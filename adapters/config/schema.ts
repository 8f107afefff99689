/**
 * What values must look like. Loaded only where there is something to check: the schema package takes 60 ms, which a run
 * on the emulator without any configuration should not pay.
 */
import * as z from 'zod';
import type { ConfigFile, Profile } from './config-content.ts';
import type { SettingKey, SettingValue } from './setting.ts';
import { SETTINGS, describeSource } from './setting.ts';

/** Batch and storage accounts follow the same rule. */
const accountName = z.string().regex(/^[a-z0-9]{3,24}$/, 'it must be 3 to 24 lower-case letters and digits');
const key = z
  .string()
  .regex(
    /^(?=.{8,})(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
    'it is not base64; copy it whole',
  );
const hostOnly = (text: string): boolean => {
  const url = webAddress(text);
  return url !== null && url.pathname === '/' && url.search === '' && url.username === '';
};

const values = {
  target: z.string().regex(/^[A-Za-z0-9][\w.-]*$/, 'it must be letters, digits, dots, dashes and underscores'),
  runtime: z.enum(['auto', 'docker', 'process'], 'it must be auto, docker or process'),
  auth: z.enum(['key', 'entra'], 'it must be key or entra'),
  'batch.endpoint': z.string().refine(hostOnly, 'it must be a web address like https://account.region.batch.azure.com'),
  'batch.account': accountName,
  'batch.key': key,
  'storage.account': accountName,
  'storage.key': key,
  'storage.connectionString': z
    .string()
    .regex(
      /(^|;)\s*(AccountName=[^;]+|UseDevelopmentStorage=true)/i,
      'it names no account; copy it whole, from DefaultEndpointsProtocol= on',
    ),
  'storage.endpoint': z
    .string()
    .refine((text) => webAddress(text) !== null, 'it must be a web address like https://account.blob.core.windows.net'),
} as const satisfies Record<SettingKey, z.ZodType>;

/** A sentence for each value that cannot be right, with where it came from; secrets are not repeated. */
export function checkValues(effective: readonly SettingValue[]): readonly string[] {
  return effective.flatMap(({ key: name, text, source }) => {
    const result = values[name].safeParse(text);
    if (result.success) return [];
    const { label, isSecret } = SETTINGS[name];
    const shown = isSecret === true ? '' : ` "${text}"`;
    const reason = result.error.issues[0]?.message ?? 'it is not understood';
    return [`The ${label}${shown} from ${describeSource(source)} cannot be used: ${reason}.`];
  });
}

const text = z.string('it must be a text').min(1, 'it must not be empty');
const section = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape, 'it must be an object').optional();
const general = { runtime: text.optional(), auth: text.optional() };

const fileSchema = z.strictObject(
  {
    $schema: z.string().optional(),
    target: text.optional(),
    ...general,
    profiles: z
      .record(
        z.string(),
        z.strictObject(
          {
            ...general,
            batch: section({ endpoint: text.optional(), account: text.optional(), key: text.optional() }),
            storage: section({
              account: text.optional(),
              key: text.optional(),
              connectionString: text.optional(),
              endpoint: text.optional(),
            }),
          },
          'it must be an object',
        ),
        'it must be an object of profiles by name',
      )
      .optional(),
    prices: z
      .record(
        z.string(),
        z.number('it must be a number, USD an hour').nonnegative('it must not be negative'),
        'it must be an object of prices by VM size',
      )
      .optional(),
  },
  'it must be an object',
);

export function checkConfigFile(
  name: string,
  content: unknown,
): { readonly problems: readonly string[]; readonly file?: ConfigFile } {
  const result = fileSchema.safeParse(content);
  if (!result.success) return { problems: result.error.issues.flatMap((issue) => sentencesOf(name, issue)) };
  const { profiles = {}, prices = {}, $schema: _schema, ...own } = result.data;
  const flat = Object.entries(profiles).map(([profile, members]) => [profile, flatten(members)] as const);
  return {
    problems: [],
    file: {
      name,
      general: flatten(own),
      profiles: Object.fromEntries(flat),
      prices: Object.fromEntries(Object.entries(prices).map(([size, price]) => [size.toLowerCase(), price])),
    },
  };
}

function sentencesOf(name: string, issue: z.core.$ZodIssue): string[] {
  const path = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') {
    const place = path.length === 0 ? name : `${path.join('.')} in ${name}`;
    return [`${place} cannot be used: ${issue.message}.`];
  }
  const known = knownMembers(path);
  return issue.keys.map((member) => {
    return `${[...path, member].join('.')} in ${name} is no setting; ${known} are.`;
  });
}

/** The members of the object at that path, for a message. */
function knownMembers(path: readonly string[]): string {
  const [, , part] = path;
  if (path.length === 0) return 'target, runtime, auth, profiles and prices';
  if (part === 'batch') return 'endpoint, account and key';
  return part === 'storage' ? 'account, key, connectionString and endpoint' : 'runtime, auth, batch and storage';
}

/** `{ batch: { key } }` as `{ 'batch.key': … }`. */
function flatten(members: Readonly<Record<string, unknown>>): Profile {
  const entries = Object.entries(members).flatMap(([member, value]): [string, unknown][] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).map(([inner, each]) => [`${member}.${inner}`, each])
      : [[member, value]],
  );
  // The schema knows no members but those that are settings, each of them a text.
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Profile;
}

/** The scheme may be missing and is https then, as for `az batch`. */
function webAddress(address: string): URL | null {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `https://${address}`);
  return url !== null && /^https?:$/.test(url.protocol) && url.hostname !== '' ? url : null;
}
