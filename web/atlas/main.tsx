/**
 * The atlas: every channel of the embedded network, a page each (`/atlas/relu4_1/20`): the picture that it likes best, where it answers
 * in the project's sample, which channels answer with it, and ways on into the studio with one's own photo.
 */
import { render } from 'preact';
import { type AtlasLayer, atlasColumns, atlasPaths } from '../../shared/atlas';
import { defaultNetwork } from '../../shared/networks';
import { recipeVersion } from '../../shared/recipe/version';
import type { Recipe } from '../../shared/techniques';
import { styleDefaults } from '../../shared/techniques/style/schema';
import { chooseLanguage } from '../../shared/words';
import { type LookWords, lookWords } from '../../shared/words/looks';
import { recipeLink } from '../page/run/recipeLink';

const language = chooseLanguage([new URLSearchParams(location.search).get('lang'), ...navigator.languages]);
document.documentElement.lang = language;
const [, , layer = 'relu1_1', asked] = location.pathname.split('/');
const chosen = asked === undefined ? undefined : Number(asked);

interface Props {
  readonly t: LookWords['atlas'];
  readonly facts: AtlasLayer;
  readonly layers: readonly string[];
}

/** One picture of a layer's sheet, however large it is shown. */
function Cell({ channel, count, class: large = '' }: { channel: number; count: number; class?: string }) {
  const rows = Math.ceil(count / atlasColumns);
  const [column, row] = [channel % atlasColumns, Math.floor(channel / atlasColumns)];
  const style = {
    backgroundImage: `url(${atlasPaths.sheet(layer)})`,
    backgroundSize: `${100 * atlasColumns}% ${100 * rows}%`,
    backgroundPosition: `${(100 * column) / (atlasColumns - 1)}% ${rows > 1 ? (100 * row) / (rows - 1) : 0}%`,
  };
  return <span class={`cell ${large}`} style={style} />;
}

/** Into the studio with a recipe; the person's own photo waits there, or is chosen there. */
async function openStudio(fields: object): Promise<void> {
  const recipe = { version: recipeVersion, network: defaultNetwork, ...fields } as unknown as Recipe;
  location.href = await recipeLink(recipe, `${location.origin}/`);
}

/** Layers that the gallery's paintings are measured at. */
const painted: readonly string[] = styleDefaults.styleLayers.map((each) => each.layer);

const ways = (layer: string, channel: number) =>
  [
    ['mine', { technique: 'see', view: 'occlusion', layer, channel }],
    ['dream', { technique: 'dream', layers: [{ layer, weight: 1, channels: [channel] }] }],
    ...(painted.includes(layer)
      ? [
          [
            'paint',
            {
              technique: 'style',
              styles: [{ preset: 'starry-night', weight: 1 }],
              styleLayers: [{ layer, weight: 1 }],
            },
          ] as const,
        ]
      : []),
    ['invert', { technique: 'invert', layers: [layer] }],
    ['grow', { technique: 'see', view: 'feature', layer, channel }],
  ] as const;

function Channel({ t, facts, channel }: Omit<Props, 'layers'> & { readonly channel: number }) {
  const { places = [], partners = [] } = facts.channels[channel] ?? {};
  const share = 100 / facts.photoSize;
  return (
    <section class="channel" data-testid="atlas-channel">
      <h2>
        {layer} · {channel}
      </h2>
      <Cell channel={channel} count={facts.channels.length} class="large" />
      <div>
        <h3>{t.partners}</h3>
        <p class="row">
          {partners.map(([other, cosine]) => (
            <a key={other} class="button quiet" href={atlasPaths.page(layer, other)}>
              {other} · {cosine.toFixed(2)}
            </a>
          ))}
          {partners.length === 0 && t.alone}
        </p>
        <h3>{t.places}</h3>
        <p class="row places">
          {places.map(([x, y, side], i) => (
            <Patch key={i} x={x} y={y} side={side} share={share} photo={facts.photo} />
          ))}
          {places.length === 0 && t.silent}
        </p>
        <p class="row">
          {ways(layer, channel).map(([way, fields], i) => (
            <button key={way} type="button" class={i > 0 ? 'quiet' : ''} onClick={() => void openStudio(fields)}>
              {t[way]}
            </button>
          ))}
        </p>
      </div>
    </section>
  );
}

/** A place of the sample, cut out by the browser. */
function Patch({ x, y, side, share, photo }: { x: number; y: number; side: number; share: number; photo: string }) {
  const zoom = 10_000 / (side * share);
  return (
    <span class="cell" aria-hidden="true">
      <img
        src={photo}
        alt=""
        loading="lazy"
        style={{
          position: 'absolute',
          maxWidth: 'none',
          width: `${zoom}%`,
          left: `${(-100 * x) / side}%`,
          top: `${(-100 * y) / side}%`,
        }}
      />
    </span>
  );
}

function Atlas({ t, facts, layers }: Props) {
  const count = facts.channels.length;
  return (
    <>
      <h1>{t.title}</h1>
      <p>{t.intro}</p>
      <nav aria-label={t.layers}>
        <ul class="layers">
          {layers.map((name) => (
            <li key={name}>
              <a class={name === layer ? 'button' : 'button quiet'} href={atlasPaths.page(name)}>
                {name}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {chosen !== undefined && <Channel t={t} facts={facts} channel={chosen} />}
      <ul class="cells" data-testid="atlas-cells">
        {facts.channels.map((_, channel) => (
          <li key={channel}>
            <a
              href={atlasPaths.page(layer, channel)}
              aria-label={`${layer} · ${channel}`}
              aria-current={channel === chosen ? 'true' : undefined}
            >
              <Cell channel={channel} count={count} />
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}

const root = document.getElementById('atlas');
const [{ atlas: t }, facts, layers] = await Promise.all([
  lookWords(language),
  fetch(atlasPaths.facts(layer)).then((answer) => (answer.ok ? (answer.json() as Promise<AtlasLayer>) : null)),
  fetch(atlasPaths.facts('index')).then((answer) => answer.json() as Promise<readonly string[]>),
]);
if (root) {
  const known =
    facts && (chosen === undefined || (Number.isInteger(chosen) && chosen >= 0 && chosen < facts.channels.length));
  render(known ? <Atlas t={t} facts={facts} layers={layers} /> : <p data-testid="atlas-missing">{t.missing}</p>, root);
}
