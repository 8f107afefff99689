// The table of the local adapter's faults says what the REST server and the Azure adapter say together of the same refusal.
import { describe, expect, test } from 'vitest';
import { faultCodeOf } from '../../../adapters/azure/calls/fault-codes.ts';
import { faultTable } from '../../../adapters/local/calls/fault-table.ts';
import { faultTable as wireTable } from '../../../emulator/rest/errors/fault-table.ts';

describe('the fault table', () => {
  test.each(Object.entries(faultTable))('%s is the fault that a client over HTTP gets', (code, form) => {
    const wire = wireTable[code as keyof typeof faultTable];
    expect(form).toEqual({ code: faultCodeOf(code, wire.status), sentence: wire.sentence });
  });
});
