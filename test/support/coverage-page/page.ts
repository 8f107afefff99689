/** The text of docs/coverage.md, made of what the emulator declares of itself and of what the client suites call. */
import { unsimulatedMembers } from '../../../emulator/engine/index.ts';
import {
  type OperationId,
  operationIds,
  operationNotes,
  refusedByEngine,
  unsimulatedOperations,
} from '../../../emulator/rest/index.ts';
import { specOf } from '../../../emulator/rest/operations/operation-table.ts';
import { exceptionTable } from '../behaviour/page.ts';
import { tableRow } from '../markdown.ts';
import { azCalls, javascriptCalls, pythonCalls } from './calls.ts';

const MEASURE = '2022-10-01.16.0';

export function coveragePage(): string {
  const reasons = new Map<string, string>([
    ...unsimulatedOperations().map(({ id, reason }) => [id, reason] as const),
    ...Object.entries(refusedByEngine),
  ]);
  const measured = operationIds.filter((id) => !isLater(id));
  const declared = measured.filter((id) => reasons.has(id)).length;
  const limited = measured.filter((id) => !reasons.has(id) && operationNotes[id] !== undefined).length;
  return [
    '# Coverage',
    '',
    'Made by `npm run coverage`; a test fails when it is stale.',
    '',
    `All ${measured.length} operations of api-version ${MEASURE} are served. ${measured.length - declared} are simulated, ` +
      `${limited} of them with limits that the notes name. ${declared} are declared exceptions, answered 501 \`NotImplemented\` with the reason; ` +
      'where the server itself declares them, a loose emulator (`batchrite start --loose`) answers as if there was nothing to do.',
    '',
    'The last columns say which unmodified client calls the operation in CI: JavaScript `@azure/batch`, Python `azure-batch`, `az batch`.',
    '',
    '| Operation | Request | Status | Notes | JavaScript | Python | az |',
    '|---|---|---|---|---|---|---|',
    ...operationRows(reasons),
    '',
    '## Members that are not simulated',
    '',
    'Refused members are answered 400 `UnsupportedProperty` with the name and the reason; a loose emulator stores them without effect. ' +
      'Stored members are kept and shown as they were sent, and nothing comes of them.',
    '',
    'Members of a pool count in the pool that a job brings along, too.',
    ...Object.entries(unsimulatedMembers).flatMap(([resource, members]) => [
      '',
      `### Of a ${resource}`,
      '',
      '| Member | Answer | Reason |',
      '|---|---|---|',
      ...members.map(({ member, answer, reason }) => tableRow([`\`${member}\``, answer, reason])),
    ]),
    '',
    '## Behaviour that is not followed',
    '',
    'Every rule of the service, with the tests that hold it, is on [the page on behaviour](behaviour.md). These are the ones that do not hold here.',
    '',
    ...exceptionTable(),
    '',
  ].join('\n');
}

function operationRows(reasons: ReadonlyMap<string, string>): readonly string[] {
  const [javascript, python, az] = [anyCall(javascriptCalls()), anyCall(pythonCalls()), azCalls()];
  return operationIds.map((id) => {
    const { method, path } = specOf(id);
    const since = isLater(id) ? 'Since 2024-07-01.20.0.' : '';
    const notes = [since, reasons.get(id) ?? operationNotes[id] ?? ''].filter((note) => note !== '').join(' ');
    const status = reasons.has(id)
      ? 'declared exception'
      : operationNotes[id] === undefined
        ? 'simulated'
        : 'with limits';
    const called = [javascript, python, az].map((calls) => (calls.has(id) ? 'yes' : ''));
    return tableRow([id, `\`${method} /${path}\``, status, notes, ...called]);
  });
}

function isLater(id: OperationId): boolean {
  return (specOf(id).since ?? '') > MEASURE;
}

function anyCall({ succeeding, refused }: ReturnType<typeof javascriptCalls>): ReadonlySet<OperationId> {
  return new Set([...succeeding, ...refused]);
}
