/** The build's account of the pages, read once in an isolate's life: a deployment brings new isolates with its new files. */
import { ReverieError } from '../../shared/errors';
import { type PageParts, pagePartsFile } from '../../shared/pageParts';

let parts: PageParts | undefined;

/** @throws ReverieError `internal` when the deployment was not built. */
export async function pageParts(assets: Fetcher, origin: string): Promise<PageParts> {
  // The parts are kept, never their promise: it ends with the request that asked, and others would wait for ever.
  parts ??= await read(assets, origin);
  return parts;
}

async function read(assets: Fetcher, origin: string): Promise<PageParts> {
  const response = await assets.fetch(new URL(pagePartsFile, origin));
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new ReverieError(
      'internal',
      `${pagePartsFile} is missing from this deployment. Build the site and deploy again.`,
    );
  }
  const read = await response.json<PageParts>();
  // Looked up by what strangers write: nothing is found that is not the list's own.
  return { ...read, presets: Object.assign(Object.create(null), read.presets) };
}
