/** What can be seen and done about an account that the service does not offer: settings, faults and warnings. */
import { type ControlRoute, answered } from '../route.ts';
import { settingsChange, shownSettings } from './setting-values.ts';

export const accountRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: 'settings',
    handle: async ({ engine }) => ({ status: 200, body: shownSettings(engine.settings.get()) }),
  },
  {
    method: 'PUT',
    path: 'settings',
    handle: async ({ engine, body }) => {
      const parsed = settingsChange(body, engine.settings.get());
      if (!parsed.ok) return { status: 400, body: { error: parsed.problem } };
      engine.settings.change(parsed.change);
      return { status: 200, body: shownSettings(engine.settings.get()) };
    },
  },
  {
    method: 'GET',
    path: 'warnings',
    handle: async ({ engine }) => ({ status: 200, body: { warnings: engine.warnings() } }),
  },
  {
    method: 'POST',
    path: 'pools/{pool}/nodes/{node}/preempt',
    handle: (call) => {
      const { pool = '', node = '' } = call.parameters;
      return answered(call, call.engine.faults.preempt(pool, node));
    },
  },
  {
    method: 'POST',
    path: 'pools/{pool}/nodes/{node}/lose',
    handle: (call) => {
      const { pool = '', node = '' } = call.parameters;
      const what = call.query.get('then') ?? 'replaced';
      if (what !== 'replaced' && what !== 'returns') {
        return Promise.resolve({ status: 400, body: { error: `then is "${what}"; it must be replaced or returns.` } });
      }
      return answered(call, call.engine.faults.lose(pool, node, what));
    },
  },
];
