import type { LookWords } from '../en/looks';

const percent = (share: number) => `${Math.round(100 * share)}%`;

export const looks: LookWords = {
  occlusion: {
    name: '사진의 한 부분 가려 보기',
    fell: (share) =>
      share >= 0
        ? `여기를 가리면 반응이 ${percent(share)} 줄어듭니다.`
        : `여기를 가리면 반응이 ${percent(-share)} 늘어납니다.`,
  },
  filters: {
    name: '커널을 사진 위로 움직이기',
    channel: '채널',
    window: '창',
    weights: '가중치',
    products: '곱',
    sum: (sum, answer) => `합 ${sum}, ReLU를 지나면 ${answer}`,
    strongest: (input, inputs) => `입력 ${inputs}개 가운데 가장 강한 ${input}번만 보입니다. 합은 모두의 합입니다.`,
  },
  map: {
    name: (count) => `그림 ${count}개의 지도`,
    help: '휠이나 +, −로 키우고 줄이고, 끌거나 화살표 키로 움직입니다.',
    closer: '가까이',
    farther: '멀리',
  },
  figure: {
    again: '다시 돌리기',
    stop: '멈추기',
    own: '내 사진으로',
    second: '다른 사진',
    running: (done, of) => `${of}단계 가운데 ${done}단계`,
    begins: '준비하는 중…',
    done: '다 되었습니다.',
    waits: '다른 그림이 돌고 있어 이 그림은 멈추었습니다.',
  },
  atlas: {
    title: '채널마다 가장 좋아하는 그림',
    intro: 'Reverie 신경망의 모든 채널과, 저마다 가장 강하게 반응하는 그림입니다. 그림은 엔진이 노이즈에서 길렀습니다.',
    layers: '층',
    partners: '함께 반응하는 채널과 둘의 코사인',
    alone: '없습니다.',
    places: 'Reverie의 견본 그림에서 반응하는 자리',
    silent: '견본에는 없습니다.',
    mine: '내 사진은 어디에서 반응할까?',
    dream: '이 채널로 꿈꾸기',
    paint: '이 층의 화풍으로 그리기',
    invert: '이 층으로 되돌리기',
    grow: '이 그림 기르기',
    missing: '그런 층이나 채널은 없습니다.',
  },
};
