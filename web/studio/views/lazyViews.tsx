/** Views that are fetched when they are first wanted: the dialogs, and the explorer of a Gram matrix. */
import type { Signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { gram } from '../state/gram';
import { historyOpen } from '../state/kept';
import { maskEdited } from '../state/masks';
import { photo } from '../state/photo';
import { closeSharing, sharing } from '../state/sharing';
import { cameraOpen, helpOpen, liveOpen, manyOpen, printOpen, stylesOpen, viewerOpen } from '../state/view';
import { useLazy } from './lazy';

const loadHelp = () => import('./HelpDialog');
const loadCamera = () => import('./CameraDialog');
const loadLive = () => import('./LiveDialog');
const loadMany = () => import('./ManyDialog');
const loadShare = () => import('./ShareDialog');
const loadMask = () => import('./MaskEditor');
const loadHistory = () => import('./HistoryDialog');
const loadStyles = () => import('./StylesDialog');
const loadPrint = () => import('./PrintDialog');
const loadViewer = () => import('./Viewer');
const loadGram = () => import('./GramExplorer');

interface Props {
  readonly open: Signal<boolean>;
  readonly load: () => Promise<{ readonly default: ComponentType }>;
}

function Later({ open, load }: Props) {
  const View = useLazy(open.value, load, () => {
    open.value = false;
  })?.default;
  return open.value && View ? <View /> : null;
}

function Share() {
  const open = sharing.value.at !== 'closed';
  const View = useLazy(open, loadShare, closeSharing)?.default;
  return open && View ? <View /> : null;
}

function Mask() {
  const index = maskEdited.value;
  const View = useLazy(index !== null, loadMask, () => {
    maskEdited.value = null;
  })?.default;
  const over = photo.value?.pixels;
  return index !== null && View && over ? <View index={index} over={over} /> : null;
}

/** All of the page; each is open or not. */
export const Dialogs = () => (
  <>
    <Later open={helpOpen} load={loadHelp} />
    <Share />
    <Mask />
    <Later open={cameraOpen} load={loadCamera} />
    <Later open={liveOpen} load={loadLive} />
    <Later open={manyOpen} load={loadMany} />
    <Later open={stylesOpen} load={loadStyles} />
    <Later open={printOpen} load={loadPrint} />
    <Later open={viewerOpen} load={loadViewer} />
    <Later open={historyOpen} load={loadHistory} />
  </>
);

/** Lies over the picture. */
export function GramCells() {
  const Cells = useLazy(gram.value !== null, loadGram)?.Cells;
  return gram.value && Cells ? <Cells data={gram.value} /> : null;
}

/** Lies under it. */
export function GramPanel() {
  const Panel = useLazy(gram.value !== null, loadGram)?.Panel;
  return gram.value && Panel ? <Panel data={gram.value} /> : null;
}
