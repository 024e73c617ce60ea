/** The one module of heic-to that is used (libheif, built without eval) ships no types of its own. */
declare module '*/libheif-without-unsafe-eval.js' {
  export default function buildLibheif(): unknown;
}
