/** How what belongs to the account as a whole is asked for on the wire (wire-facts 3.9 to 3.11). */
import type { OperationOf } from './operation-id.ts';
import type { OperationSpec } from './operation-spec.ts';

const certificate = 'certificates(thumbprintAlgorithm={thumbprintAlgorithm},thumbprint={thumbprint})';

export const accountSpecs = {
  Account_ListSupportedImages: {
    method: 'GET',
    path: 'supportedimages',
    status: 200,
    query: ['$filter', 'maxresults', '$skipToken'],
    filter: 'supportedImages',
    response: { kind: 'page', mapper: 'ImageInformation', metadata: 'supportedimages' },
    since: '2019-06-01.9.0',
  },
  Account_ListPoolNodeCounts: {
    method: 'GET',
    path: 'nodecounts',
    status: 200,
    query: ['$filter', 'maxresults', '$skipToken'],
    filter: 'nodeCounts',
    maxResults: 10,
    response: { kind: 'page', mapper: 'PoolNodeCounts', metadata: 'poolnodecounts' },
  },
} as const satisfies Readonly<Record<OperationOf<'Account'>, OperationSpec>>;

export const applicationSpecs = {
  Application_List: {
    method: 'GET',
    path: 'applications',
    status: 200,
    query: ['maxresults', '$skipToken'],
    response: { kind: 'page', mapper: 'ApplicationSummary', metadata: 'listapplicationsummariesresponses' },
  },
  Application_Get: {
    method: 'GET',
    path: 'applications/{applicationId}',
    status: 200,
    response: { kind: 'one', mapper: 'ApplicationSummary', metadata: 'getapplicationsummaryresponse/@Element' },
  },
} as const satisfies Readonly<Record<OperationOf<'Application'>, OperationSpec>>;

export const certificateSpecs = {
  Certificate_Add: {
    method: 'POST',
    path: 'certificates',
    status: 201,
    body: { mapper: 'CertificateAddParameter' },
    dataServiceId: true,
  },
  Certificate_List: {
    method: 'GET',
    path: 'certificates',
    status: 200,
    query: ['$filter', '$select', 'maxresults', '$skipToken'],
    filter: 'certificates',
    response: { kind: 'page', mapper: 'Certificate', metadata: 'certificates' },
  },
  Certificate_Get: {
    method: 'GET',
    path: certificate,
    status: 200,
    query: ['$select'],
    response: { kind: 'one', mapper: 'Certificate', metadata: 'certificates/@Element' },
  },
  Certificate_Delete: { method: 'DELETE', path: certificate, status: 202 },
  Certificate_CancelDeletion: {
    method: 'POST',
    path: `${certificate}/canceldelete`,
    status: 204,
    dataServiceId: true,
  },
} as const satisfies Readonly<Record<OperationOf<'Certificate'>, OperationSpec>>;
