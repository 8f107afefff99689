/** What `batchrite doctor` does: its checks in order, a line each, and at the end what to do. */
import { describeDuration } from '../../../core/index.ts';
import { DEFAULT_SETTINGS } from '../../../emulator/engine/index.ts';
import { type Footprint, type Scenario, scenarios } from '../../../scenarios/index.ts';
import { type Accounts, existingAccess, openAccounts, startLocalCloud } from '../../composition/index.ts';
import type { ServiceAccess, Settings } from '../../config/index.ts';
import { systemClock } from '../../system/index.ts';
import { describeFault } from '../../terminal/index.ts';
import { type ConfigOptions, settingsOf } from '../config-options.ts';
import { ExitCode } from '../exit-code.ts';
import { faultOf } from '../fault-of.ts';
import { type Interruption, onInterruption } from '../interruption.ts';
import { type Check, fail, ok, warn } from './check.ts';
import { checkDocker, checkNode, checkPorts } from './machine-checks.ts';
import {
  checkBatchCredentials,
  checkClock,
  checkEndpoint,
  checkImage,
  checkQuota,
  checkStorageCredentials,
} from './service-checks.ts';

export interface DoctorOptions extends ConfigOptions {
  readonly json?: boolean;
}

const USUAL_PORTS = { Batch: 10_100, blobs: 10_000 } as const;

const SETTINGS_REMEDY = 'Correct them; `batchrite config` shows each value and where it comes from.';

/** Doctors do not wait: what fails once is told at once. */
const NO_RETRIES = { retries: { maxAttempts: 1 } } as const;

/** 0 when a run can work, else 1; a warning does not count. */
export async function examine(scenarioName: string, options: DoctorOptions): Promise<number> {
  const scenario = scenarios.find(({ name }) => name === scenarioName);
  if (scenario === undefined) {
    process.stderr.write(`error: There is no scenario ${scenarioName}; \`batchrite scenarios\` lists them.\n`);
    return ExitCode.usage;
  }
  // The reader of a pipe may leave (`| head`); what was started must be stopped all the same.
  process.stdout.on('error', ignoreClosedPipe);
  const interruption = onInterruption();
  const done: Check[] = [];
  const tell = (check: Check): void => {
    done.push(check);
    process.stdout.write(options.json === true ? `${JSON.stringify({ type: 'check', ...check })}\n` : lineOf(check));
  };
  try {
    tell(checkNode());
    const settings = await settingsOf(options);
    await examineTarget({ settings, scenario, tell, interruption });
    const isWell = done.every(({ verdict }) => verdict !== 'fail');
    process.stdout.write(
      options.json === true ? summaryLine(isWell, done) : conclusion(isWell, done, settings, scenario),
    );
    return isWell ? ExitCode.success : ExitCode.failure;
  } catch (error) {
    process.stderr.write(describeFault(faultOf(interruption.signal.aborted ? interruption.signal.reason : error)));
    return interruption.exitCode ?? ExitCode.failure;
  } finally {
    interruption.dispose();
  }
}

interface Examination {
  readonly settings: Settings;
  readonly scenario: Scenario;
  readonly tell: (check: Check) => void;
  readonly interruption: Interruption;
}

async function examineTarget(examination: Examination): Promise<void> {
  const { settings, scenario, tell } = examination;
  const named = settings.values.find(({ key }) => key === 'target');
  for (const problem of settings.problems) tell(fail('Settings', problem, SETTINGS_REMEDY));
  for (const warning of settings.warnings) tell(warn('Settings', warning, SETTINGS_REMEDY));
  if (settings.problems.length > 0) return;
  tell(ok('Settings', `target ${named?.text ?? settings.target}, nodes ${settings.runtime}`));
  const footprint = scenario.footprint({}, 'doctor');
  if (settings.kind === 'emulator') return examineEmulator(examination, footprint);
  await examineService(tell, existingAccess(settings), footprint, settings);
  tell(poolAllocation(existingAccess(settings)));
}

/** Everything of a run but the run, on an emulator of its own, so nothing outside this machine is needed. */
async function examineEmulator({ settings, tell, interruption }: Examination, footprint: Footprint): Promise<void> {
  for (const check of await checkDocker(settings.runtime, footprint.pools)) tell(check);
  tell(await checkPorts(USUAL_PORTS));
  const started = performance.now();
  const cloud = await startLocalCloud({ runtime: settings.runtime, signal: interruption.signal }).catch(
    (error: unknown) => {
      interruption.signal.throwIfAborted();
      tell(fail('Azurite and emulator', faultOf(error).message, 'Remove what is in the way, then ask again.'));
    },
  );
  if (cloud === undefined) return;
  try {
    const { emulator, azurite } = cloud;
    tell(ok('Azurite and emulator', `started within ${describeDuration(performance.now() - started)}`));
    const [account] = emulator.accounts;
    if (account === undefined) throw new Error('an emulator has at least one account');
    const access: ServiceAccess = {
      batch: { endpoint: emulator.url, credential: { kind: 'key', account: account.name, key: account.key } },
      storage: { kind: 'key', connectionString: azurite.connectionString },
      isLocal: true,
    };
    await examineService(tell, access, footprint, settings);
  } finally {
    await cloud.close();
  }
}

async function examineService(
  tell: Examination['tell'],
  access: ServiceAccess,
  footprint: Footprint,
  settings: Settings,
): Promise<void> {
  const now = (): number => systemClock.now();
  const accounts: Accounts = openAccounts(access, { ...settings, ...NO_RETRIES });
  const batch = await checkEndpoint('Batch endpoint', access.batch.endpoint, now);
  tell(batch.check);
  const storage = await checkEndpoint('Storage endpoint', accounts.storage.account.blobEndpoint, now);
  tell(storage.check);
  const hasBatch = batch.check.verdict !== 'fail';
  if (hasBatch || storage.check.verdict !== 'fail') tell(checkClock([batch, storage]));
  const credentials = hasBatch ? await checkBatchCredentials(accounts) : undefined;
  if (credentials !== undefined) tell(credentials.check);
  if (storage.check.verdict !== 'fail') tell(await checkStorageCredentials(accounts, now));
  if (credentials?.pools === undefined) return;
  const limits = settings.kind === 'emulator' ? { limits: DEFAULT_SETTINGS.quotas } : {};
  tell(checkQuota({ footprint, pools: credentials.pools, ...limits }));
  for (const pool of footprint.pools) tell(await checkImage(accounts, pool, systemClock));
}

/** Nodes in the user's own subscription need a network and rights that the data plane neither gives nor shows. */
function poolAllocation({ isLocal }: ServiceAccess): Check {
  const name = 'Pool allocation';
  if (isLocal) return ok(name, 'by the service');
  return warn(
    name,
    'accounts whose pools are in the user subscription are out of scope, and only the management plane (ARM) tells them',
    'See that the account\'s page Overview in the portal says "Pool allocation mode: Batch service".',
  );
}

const MARKS = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' } as const;

function lineOf({ name, verdict, text }: Check): string {
  return `${MARKS[verdict]}  ${name.padEnd(20)}  ${text}\n`;
}

function summaryLine(isWell: boolean, checks: readonly Check[]): string {
  const toDo = checks.flatMap(({ remedy }) => remedy ?? []);
  return `${JSON.stringify({ type: 'summary', ok: isWell, toDo })}\n`;
}

function conclusion(isWell: boolean, checks: readonly Check[], settings: Settings, { name }: Scenario): string {
  const target = settings.target === 'emulator' ? '' : ` --target ${settings.target}`;
  const ready = isWell ? `\nReady: batchrite run ${name}${target}\n` : '';
  const toDo = (['fail', 'warn'] as const).flatMap((verdict) =>
    checks.flatMap((check) => (check.verdict === verdict && check.remedy !== undefined ? [{ ...check }] : [])),
  );
  if (toDo.length === 0) return ready;
  const lines = toDo.map(
    ({ verdict, name: check, remedy = '' }) => `  ${verdict === 'fail' ? 'must' : 'may '}  ${check}: ${remedy}`,
  );
  return `\nWhat to do:\n${[...new Set(lines)].join('\n')}\n${ready}`;
}

function ignoreClosedPipe(error: Error): void {
  if (!('code' in error) || error.code !== 'EPIPE') throw error;
}
