/**
 * List Blobs of a container by its SAS: the pages of XML that storage answers, read for the few elements
 * that the agent needs.
 */
import { bodyText, HttpProblem, send, withRetries } from './http.ts';

/** The storage version that the agent speaks: old enough for every emulator, new enough for 5000 MiB in one put. */
export const STORAGE_VERSION = '2021-12-02';

const LARGEST_PAGE_BYTES = 64 * 1024 * 1024;

export interface ContainerListing {
  /** URL of the container with its SAS. */
  readonly containerUrl: string;
  /** Full names of blobs begin with it; all when absent. */
  readonly prefix?: string;
  readonly retryDelaysMs: readonly number[];
  readonly signal: AbortSignal;
}

/** Full names of the blobs, page after page. Throws `HttpProblem`. */
export async function* listBlobs(listing: ContainerListing): AsyncIterable<readonly string[]> {
  let marker = '';
  do {
    const url = pageUrl(listing, marker);
    const text = await withRetries(
      async () => {
        const headers = { 'x-ms-version': STORAGE_VERSION };
        const response = await send({ method: 'GET', url, headers, signal: listing.signal });
        return bodyText(response, LARGEST_PAGE_BYTES);
      },
      listing.retryDelaysMs,
      listing.signal,
    );
    const page = parsePage(text);
    if (page === undefined) {
      throw new HttpProblem('the answer to the listing is not an XML list of blobs', {
        kind: 'other',
        isTransient: false,
      });
    }
    yield page.names;
    marker = page.nextMarker;
  } while (marker !== '');
}

function pageUrl(listing: ContainerListing, marker: string): string {
  const [base = '', sas = ''] = splitQuery(listing.containerUrl);
  const query = new URLSearchParams({ restype: 'container', comp: 'list' });
  if (listing.prefix !== undefined && listing.prefix !== '') query.set('prefix', listing.prefix);
  if (marker !== '') query.set('marker', marker);
  return `${base}?${query.toString()}${sas === '' ? '' : `&${sas}`}`;
}

/** URL of one blob in a container; the SAS goes along as it is written. */
export function blobUrl(containerUrl: string, name: string): string {
  const [base = '', sas = ''] = splitQuery(containerUrl);
  const path = name.split('/').map(encodeURIComponent).join('/');
  return `${base.replace(/\/$/, '')}/${path}${sas === '' ? '' : `?${sas}`}`;
}

function splitQuery(url: string): [string, string] {
  const at = url.indexOf('?');
  return at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)];
}

interface Page {
  readonly names: readonly string[];
  readonly nextMarker: string;
}

/** Reads one page, or undefined when the text is something else. Directories of a hierarchical account are left out. */
export function parsePage(text: string): Page | undefined {
  if (!/<EnumerationResults[\s>]/.test(text) || !text.includes('</EnumerationResults>')) return undefined;
  const names: string[] = [];
  for (const [, blob = ''] of text.matchAll(/<Blob>([\s\S]*?)<\/Blob>/g)) {
    const [, attributes = '', name = ''] = /<Name([^>]*)>([^<]*)<\/Name>/.exec(blob) ?? [];
    if (name === '' || /<ResourceType>directory<\/ResourceType>/.test(blob)) continue;
    const plain = decodeEntities(name);
    names.push(attributes.includes('Encoded="true"') ? decodeURIComponent(plain) : plain);
  }
  const [, nextMarker = ''] = /<NextMarker>([^<]*)<\/NextMarker>/.exec(text) ?? [];
  return { names, nextMarker: decodeEntities(nextMarker) };
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi,
    (whole: string, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name] ?? whole;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
