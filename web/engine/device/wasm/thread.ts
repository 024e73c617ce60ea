/** Entry of a thread in the browser. */
import { type Served, serve } from './serve';

globalThis.onmessage = ({ data }: MessageEvent<Served>) => {
  serve(data);
  globalThis.close();
};
