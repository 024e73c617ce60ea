/** The same in Korean. */
import type { PartWords } from '../en/parts';

export const parts: PartWords = {
  layers: {
    layer: '층',
    channel: '채널',
    channels: '채널',
    all: '전체',
    option: (name, channels) => `${name}, 채널 ${channels}개`,
    sees: (pixels) => `이 층의 한 자리는 ${pixels}\u00a0×\u00a0${pixels}픽셀을 봅니다.`,
    channelRange: (last) => `번호는 0부터 ${last}까지입니다.`,
    networkOption: (name, bytes) => `${name} 신경망, ${bytes}`,
    add: '층 더하기',
    remove: (name) => `${name} 빼기`,
    weight: (value) => `비중 ${value}`,
    weights: '층과 비중',
    kinds: (count, among, byFrequency) =>
      `사물 ${count}종류 가운데 하나입니다. 학습에 쓰지 않은 사진에서 첫 다섯 답에 선생 신경망의 첫 답이 든 비율은 ${among}%입니다(가장 흔한 다섯만 대면 ${byFrequency}%).`,
    classNumber: (number, others) => `ImageNet의 ${number}번 부류입니다.${others && ` 다른 이름: ${others}`}`,
  },

  dream: {
    weight: '비중',
    weightHelp: '다른 층들 곁에서 이 층이 얼마나 세게 이끌지 정합니다.',
    addHelp: '여러 층이 저마다의 비중으로 함께 꿈꿉니다.',
    placePhoto: '사진: 꿈꿀 자리를 누르세요',
    axes: { x: '가로', y: '세로' },
    axesHelp: { x: '왼쪽 끝에서 오른쪽 끝까지.', y: '위쪽 끝에서 아래쪽 끝까지.' },
    guided: '길잡이는 층 전체를 이끕니다. 채널과 자리는 길잡이 없는 꿈에서 고를 수 있습니다.',
    guideChoose: '길잡이 고르기',
    guideChange: '다른 길잡이',
    guideDrop: '길잡이 없이',
  },

  texture: {
    tiled: '3 × 3으로 깔아 보기',
    tiledAlt: '가로세로 세 장씩 깐 질감',
  },

  history: {
    heading: '내 그림',
    all: '모두…',
    help: '누르면 사진과 설정까지 다시 걸립니다. 아무거나 둘을 골라 나란히 견줄 수 있습니다.',
    another: '견줄 다른 그림을 고르세요.',
    open: (name: string) => `${name} 다시 걸기`,
    name: (title: string) => `이름: ${title}`,
    compare: '견주기',
    delete: '지우기',
    deleted: '그림을 지웠습니다.',
    storage: (count: string, bytes: string, most: string) =>
      `그림 ${count}점, ${bytes}. 이 브라우저에만 있습니다. ${most}를 넘으면 이름 없는 오래된 것부터 사라집니다.`,
    unkept:
      '이 브라우저의 저장 공간이 가득 찼거나 막혀 있어, 이 그림들은 이 페이지가 열려 있는 동안만 남습니다. 간직할 것은 저장해 주세요.',
    keeps: '사진과 설정, 그림을 간직하기',
    keepsHelp: '다음에 와도 이 브라우저에 그대로 있습니다. 끄면 간직한 것을 지웁니다.',
    clear: '모두 지우기',
    clearReally: '정말 모두 지우기',
  },

  print: {
    open: '인쇄용…',
    heading: '인쇄용 그림',
    help: '걸린 그림을 종이에 맞는 크기로 한 번 더 그리며, 그리는 대로 PNG에 씁니다.',
    paper: '종이',
    papers: { letter: '레터', own: '다른 크기' },
    side: '긴 변, 센티미터',
    dpi: '인치당 점',
    dpiHelp: '손에 들고 볼 것은 300, 벽에 걸 것은 150이면 됩니다.',
    size: (size) => `${size}픽셀.`,
    largest: '이보다 크게는 만들지 않습니다.',
    start: '그려서 저장하기',
    painting: (share) => `그리는 중: ${share}`,
    done: '저장했습니다.',
  },

  sheet: {
    picture: '그림 보내기',
    link: '또는 그린 방법까지 담은 링크',
  },

  viewer: {
    open: '크게 보기',
    tools: '보는 방법',
    in: '확대',
    out: '축소',
    fit: '그림 전체',
    real: '실제 픽셀',
    full: '전체 화면',
    leaveFull: '전체 화면 끝내기',
    compare: '사진과 비교',
    hold: '그림을 누르고 있으면 사진이 보입니다.',
  },

  /** What a technique is asked for. */
  examples: {
    heading: '할 수 있는 것',
    dream: {
      eyes: '눈',
      strokes: '붓질',
      speckles: '얼룩점',
      arches: '아치',
      bars: '빗살',
      cells: '세포',
      blocks: '벽돌',
      columns: '기둥',
      feathers: '깃털',
    },
    invert: { inversion: '사진에서 알맹이까지', near: '사진과 거의 같게', shapes: '부드럽게', gist: '알맹이만' },
    texture: { texture: '같은 것 더', tile: '끝없는 타일', grain: '색과 결만', quilt: '조각보' },
    see: {
      activations: '무엇에 반응하나',
      feature: '가장 좋아하는 것',
      saliency: '중요한 픽셀',
      occlusion: '가리면 아쉬운 곳',
      gradcam: '바라보는 곳',
      filters: '필터가 하는 일',
      patches: '가장 좋아하는 자리',
      segmentation: '오려 내기',
      neighbours: '닮은 것들',
      map: '닮음의 지도',
      apart: '꿈을 뜯어 보기',
      gram: '화풍이란',
    },
  },

  /** How to read a view's picture. */
  reads: {
    see: {
      activations: '칸 하나가 채널 하나의 반응입니다. 밝을수록 강합니다.',
      saliency: '밝은 픽셀일수록 반응을 크게 좌우합니다.',
      gradcam: '밝은 곳일수록 반응을 뒷받침합니다.',
      occlusion: '밝은 곳일수록 가렸을 때 반응이 많이 줄어듭니다.',
      segmentation: '신경망이 주인공으로 본 것만 남고 나머지는 지워집니다.',
      feature: '이 채널이 가장 크게 반응하는 그림으로, 누가 그린 것이 아닙니다.',
      ascent: '같은 바람을 네 번, 저마다 다른 방법으로 다스린 그림입니다.',
      filters: '필터가 사진에 무엇을 곱하고, 무엇이 나오는지 보여 줍니다.',
      patches: '각 채널이 가장 크게 반응하는 사진 속 자리입니다.',
      neighbours: '먼저 조각, 다음은 신경망이 보기에 닮은 것, 그다음은 픽셀이 닮은 것입니다.',
      map: '가까이 있을수록 신경망이 보기에 닮았습니다.',
      fooling: '눈에 띄지 않는 변화와, 그 뒤에 신경망이 사진을 무엇으로 보는지입니다.',
      apart: '같은 꿈을 규칙을 하나씩 빼고 꾸었습니다.',
      gram: '가로와 세로는 두 채널입니다. 칸이 밝을수록 함께 반응합니다.',
    },
  },

  status: {
    tell: '다 되면 알려 주기',
    details: '자세히',
  },

  named: {
    heading: '내 설정',
    help: '지금의 설정을 이름을 붙여 남겨 둡니다. 파일로 저장하면 다른 곳에서도 쓸 수 있습니다.',
    keep: '남기기',
    import: '파일에서',
    export: (name) => `‘${name}’ 파일로 저장`,
    remove: (name) => `‘${name}’ 지우기`,
  },

  guide: {
    enter: '그리기, 또는 더 곱게',
    paint:
      '어떤 작품의 손길로든 사진을 바로 그립니다. 작품을 고르거나 가지고 있는 그림을 그 사이에 놓으세요. ‘더 곱게’는 걸린 그림에서 그대로 이어 그립니다.',
  },

  own: {
    imported: (name) => `‘${name}’ 화풍을 걸었습니다.`,
    removed: (name) => `‘${name}’ 화풍을 지웠습니다.`,
    unkept:
      '이 브라우저의 저장 공간이 가득 찼거나 막혀 있어, 이 그림은 페이지를 닫으면 사라집니다. 파일로 저장해 두세요.',
    passOnly: '그림 없이 화풍 파일로만 받은 것이라, 한 번에 그릴 수는 있어도 더 곱게 그릴 수는 없습니다.',
  },

  mix: {
    heading: '섞기와 마스크',
    help: '여러 화풍을 한 그림에 섞습니다. 저마다 전체에, 또는 마스크가 허락한 곳에만 그립니다.',
    weightHelp: '섞이는 몫입니다.',
    add: '섞을 화풍 더하기',
    remove: (name) => `섞기에서 ${name} 빼기`,
  },

  mask: {
    draw: '그릴 곳 정하기…',
    change: '그릴 곳 바꾸기',
    heading: '이 화풍으로 그릴 곳',
    help: '사진 위에 칠하세요. 칠하지 않은 곳에는 이 화풍이 닿지 않고, 아무것도 칠하지 않으면 전체에 그립니다.',
    shapes: '준비된 모양',
    shapeNames: { left: '왼쪽', right: '오른쪽', top: '위', bottom: '아래', circle: '원' },
    size: '붓',
    sizeHelp: '그림의 긴 변을 기준으로 합니다.',
    softness: '부드러운 가장자리',
    softnessHelp: '가장자리가 부드러우면 두 화풍이 서로 스며듭니다.',
    erase: '지우기',
    eraseHelp:
      '붓이 칠을 걷어 냅니다. 남길 곳은 칠하고 뺄 곳은 지운 다음 “오려 내기”를 다시 누르면 경계를 새로 찾습니다.',
    clear: '모두 지우기',
    cut: '오려 내기',
    load: '마스크 불러오기',
    done: '완료',
  },

  gram: {
    region: '지금 보고 있는 채널 쌍',
    cells: 'Gram 행렬입니다. 방향키로 한 칸씩, Shift와 함께 누르면 여러 칸씩 옮겨 갑니다.',
    pair: (i, j, cosine) => `${i}번과 ${j}번 채널이 함께하는 정도 ${cosine}`,
    one: (i) => `${i}번 채널과 자기 자신`,
    strongest: '가장 강한 쌍',
    map: (i) => `사진에서 ${i}번 채널이 반응한 곳`,
    patch: '둘 다 반응한 사진의 한 부분',
    patches: '둘 다 반응한 곳',
    nowhere: '둘 다 반응한 곳이 없습니다.',
  },
};
