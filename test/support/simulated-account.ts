/** An account in virtual time, for tests of the engine's rules through its door. */
import { SimulatedRuntime, type SimulatedRuntimeOptions } from '../../adapters/simulated/index.ts';
import { type Outcome, VirtualClock, seededRandom } from '../../core/kernel/index.ts';
import {
  type EngineFault,
  type EngineOptions,
  type EngineSettings,
  type PoolAdd,
  type RunningEngine,
  createEngine,
} from '../../emulator/engine/index.ts';
import { memoryStore } from '../../emulator/store/index.ts';

export interface SimulatedAccount {
  readonly engine: RunningEngine;
  readonly clock: VirtualClock;
  readonly runtime: SimulatedRuntime;
}

export async function simulatedAccount(
  options: {
    readonly settings?: Partial<EngineSettings>;
    readonly program?: SimulatedRuntimeOptions['program'];
    readonly bootMs?: number;
    readonly onAdvice?: NonNullable<EngineOptions['onAdvice']>;
    readonly taskTokens?: EngineOptions['taskTokens'];
    readonly linkedStorage?: EngineOptions['linkedStorage'];
    readonly installMs?: number;
    readonly packageTrouble?: SimulatedRuntimeOptions['packageTrouble'];
  } = {},
): Promise<SimulatedAccount> {
  const clock = new VirtualClock();
  const runtime = new SimulatedRuntime({
    clock,
    ...(options.bootMs === undefined ? {} : { bootMs: options.bootMs }),
    ...(options.program === undefined ? {} : { program: options.program }),
    ...(options.installMs === undefined ? {} : { installMs: options.installMs }),
    ...(options.packageTrouble === undefined ? {} : { packageTrouble: options.packageTrouble }),
  });
  const engine = await createEngine({
    accountName: 'devbatchaccount1',
    clock,
    random: seededRandom('test'),
    runtime,
    store: memoryStore(),
    ...(options.onAdvice === undefined ? {} : { onAdvice: options.onAdvice }),
    ...(options.taskTokens === undefined ? {} : { taskTokens: options.taskTokens }),
    ...(options.linkedStorage === undefined ? {} : { linkedStorage: options.linkedStorage }),
    settings: { accountUrl: 'http://127.0.0.1:10100', ...options.settings },
  });
  return { engine, clock, runtime };
}

/** The value of an outcome that must not be a refusal. */
export async function value<T>(reply: Promise<Outcome<T, EngineFault>>): Promise<T> {
  const outcome = await reply;
  if (!outcome.ok) throw new Error(`refused: ${JSON.stringify(outcome.fault)}`);
  return outcome.value;
}

/** The code of an outcome that must be a refusal. */
export async function refusalCode(reply: Promise<Outcome<unknown, EngineFault>>): Promise<string> {
  const outcome = await reply;
  if (outcome.ok) throw new Error('was not refused');
  return outcome.fault.code;
}

export function poolOf(id: string, nodes: number, more: Partial<PoolAdd> = {}): PoolAdd {
  return {
    id,
    vmSize: 'Standard_D2s_v3',
    virtualMachineConfiguration: {
      imageReference: { publisher: 'canonical', offer: '0001-com-ubuntu-server-jammy', sku: '22_04-lts' },
      nodeAgentSKUId: 'batch.node.ubuntu 22.04',
    },
    targetDedicatedNodes: nodes,
    ...more,
  };
}

/** An account with a pool whose nodes are idle. */
export async function accountWithPool(
  nodes: number,
  more: Partial<PoolAdd> = {},
  options: Parameters<typeof simulatedAccount>[0] = {},
): Promise<SimulatedAccount> {
  const account = await simulatedAccount(options);
  await value(account.engine.pools.add(poolOf('pool', nodes, more)));
  account.clock.advance(1);
  return account;
}
