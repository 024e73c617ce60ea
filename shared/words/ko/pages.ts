/** Every text of the pages that stand without a script, in Korean. Typed against English: a missing key does not compile. */
import type { PageWords } from '../en/pages';
import { told } from './techniques';

export const pages: PageWords = {
  tag: 'ko',
  site: 'Reverie',
  tagline: '사진 한 장을 화가의 손길로',
  switchTo: (language) => `${language}로 보기`,
  untitled: '무제',
  studio: '나도 만들어 보기',
  remix: '스튜디오에서 이어 만들기',
  openPicture: '그림만 열기',
  noScript:
    '그려지는 과정을 보거나 이 기기에서 다시 그리려면 JavaScript를 켜거나, 쓰시는 브라우저에서 이 페이지를 열어 주세요.',
  alt: (title, made) => `${title}: ${made}`,
  description: (made) => `${made}. 그려지는 과정을 보고, 내 기기에서 다시 그려 볼 수 있습니다.`,
  recipe: '만든 방법',
  kept: (until) => `이 페이지는 ${until}까지 보관됩니다.`,
  open: 'Reverie에서 열기',

  techniques: told,
  madeOther: 'Reverie로 만든 그림',
  work: (work, painter) => `${painter}, 〈${work}〉`,
  ownStyle: '만든 사람이 고른 그림',
  trainedStyle: '만든 이가 신경망에 가르친 화풍',
  and: (list) => new Intl.ListFormat('ko', { type: 'conjunction' }).format(list),

  facts: {
    technique: '기법',
    channels: (layer, channels) => `${layer}, 채널 ${channels}`,
    size: '크기',
    sizeValue: (width, height) => `${width} × ${height} 픽셀`,
    seed: '시드',
    network: '신경망',
    kinds: (network, percent) =>
      `${network}: 배우지 않은 사진의 ${percent}%에서 처음 다섯 답 안에 교사의 첫 답이 있습니다`,
    time: '걸린 시간',
    timeValue: (steps, seconds, backend) => `${steps}단계, ${seconds}초, ${backend}`,
    measured: {
      correlation: { name: '가중치를 섞은 지도와 닮은 정도', value: (rho) => `순위 상관 ${rho}` },
      change: { name: '바뀐 정도', value: (levels) => `255단계 중 ${levels}단계(rms)` },
      fall: { name: '반응이 가장 많이 줄어든 정도', value: (percent) => `${percent}%` },
      part: { name: '오려 낸 부분', value: (percent) => `그림의 ${percent}%` },
      pair: { name: '가장 강하게 이어진 채널 쌍', value: (cosine) => `코사인 ${cosine}` },
    },
    backends: { webgpu: 'GPU', wasm: '프로세서 (WASM)', cpu: '프로세서 (JavaScript)' },
  },

  files: {
    noScript: 'Reverie는 이 기기에서 사진을 그림으로 그립니다. JavaScript를 켜고 페이지를 새로 고쳐 주세요.',
    notFound: '이 주소에는 아무것도 없습니다.',
  },

  figure: {
    list: { heading: '살아 있는 그림', intro: '이 줄은 글에 한 번만, 그림의 줄은 그림이 들어갈 자리마다 넣습니다.' },
    names: {
      activations: '채널의 반응',
      saliency: '주목 지도',
      guided: '유도 역전파',
      check: '가중치를 섞어 보기',
      gradcam: 'Grad-CAM 지도',
      occlusion: '가려 보기',
      class: '무엇을 보고 무엇이라 하나',
      classfeature: '종류 하나를 그려 보기',
      segmentation: '주목으로 오려 내기',
      feature: '채널이 가장 좋아하는 그림',
      ascent: '규제 견주기',
      filters: '필터',
      patches: '으뜸 조각',
      neighbours: '이웃',
      map: '조각의 지도',
      gram: 'Gram 행렬',
      fooling: '속이기',
      apart: '딥드림 뜯어보기',
      dream: '딥드림',
      inversion: '특징 되살리기',
      texture: '질감 합성',
      style: '화풍 옮기기',
      instant: '한 번에 옮기는 화풍',
      instancenorm: '인스턴스 정규화',
      batchnorm: '배치 정규화',
      transposed: '전치 합성곱',
      seurat: '쇠라가 된 사진',
    },
    title: (name) => `살아 있는 그림: ${name}`,
    start: '여기서 돌려 보기',
    noScript: '자바스크립트를 켜면 돌려 볼 수 있습니다.',
  },

  missing: {
    title: '여기에는 걸린 그림이 없습니다',
    text: '이 주소에는 공유된 그림이 없습니다. 링크 끝의 글자가 빠지지 않았는지 확인해 주세요.',
  },
  gone: {
    title: '내려간 그림입니다',
    text: '만든 사람이 지웠거나 보관 기간이 끝났습니다. 아무것도 남아 있지 않습니다.',
  },
  reported: {
    title: '가려 둔 그림입니다',
    text: '누군가 신고했고 아직 확인 전입니다. 보고 싶지 않은 내용일 수 있습니다.',
    show: '그래도 보기',
  },
  busy: {
    title: '잠시만요',
    text: '방금 이 네트워크에서 요청이 너무 많았습니다. 1분쯤 뒤에 페이지를 다시 열어 주세요.',
  },
  failed: { title: '페이지를 만들지 못했습니다', text: '서버에 문제가 생겼습니다. 잠시 뒤에 다시 시도해 주세요.' },
};
