/** Every text that the share page's and the frame's scripts add, in Korean. Typed against English: a missing key does not compile. */
import type { PlayerWords } from '../en/player';

export const player: PlayerWords = {
  tag: 'ko',

  views: { label: '보이는 것', picture: '그림', film: '그리는 과정', compare: '전과 후' },

  film: {
    region: '그려진 과정',
    play: '재생',
    pause: '멈춤',
    again: '다시 재생',
    scrub: '그려지던 순간',
    at: (step, steps) => `${steps}단계 중 ${step}단계`,
    loss: (value) => `손실 ${value}`,
    curve: '단계마다의 손실, 로그 눈금',
    failed: '영상을 가져오지 못했습니다. 연결을 확인하고 다시 시도해 주세요.',
  },

  compare: {
    label: '견주어 보기',
    before: '전',
    after: '후',
    original: '공유된 그림',
    yours: '내 그림',
  },

  live: {
    heading: '여기서 그려 보기',
    intro: '같은 레시피와 같은 시드로 이 기기에서 다시 그립니다. 아무것도 기기를 떠나지 않습니다.',
    introOwn: '사진은 공유되지 않았지만 레시피는 남아 있습니다. 내 사진에 써 보세요. 아무것도 기기를 떠나지 않습니다.',
    introNothing: '레시피와 시드만으로 길러 낸 그림입니다. 이 기기에서 다시 길러 보세요.',
    ownStyle:
      '누군가 자기 브라우저에서 신경망에 가르친 화풍으로 그렸습니다. 그 화풍은 거기에만 있어서 여기서 다시 그릴 수 없습니다.',
    severalPhotos:
      '사진 여러 장을 견준 그림입니다. 사진들은 공유되지 않아서 여기서 똑같이 다시 만들 수 없습니다. 레시피는 남아 있으니 내 사진에 써 보세요. 그러면 그 사진의 조각들을 견줍니다. 아무것도 기기를 떠나지 않습니다.',
    impossible: '공유되지 않은 그림들이 쓰여서 여기서 다시 그릴 수 없습니다.',
    start: '지금 그려 보기',
    own: '내 사진으로 해 보기',
    ownShort: '내 사진',
    cancel: '그만하기',
    back: '공유된 그림으로',
    backShort: '돌아가기',
    save: 'PNG 저장',
    opening: '사진을 여는 중…',
    loading: '엔진을 불러오는 중…',
    stopped: '멈췄습니다. 마지막 그림은 남아 있습니다.',
    done: '완성되었습니다.',
    region: '그리는 중',
    step: (step, steps) => `${step}/${steps}`,
    remaining: (time) => `약 ${time} 남음`,
    bytes: (loaded, total) => `${total} 중 ${loaded}`,
    on: (device, time) => `${device}, ${time}`,
    backends: { webgpu: '이 기기의 GPU', wasm: '이 기기의 프로세서', cpu: '이 기기의 프로세서 (느림)' },
    smaller: (size) => `이 기기의 메모리에 맞춰 ${size} 픽셀로 그렸습니다.`,
    preview: '그려지고 있는 그림',
    result: '이 기기가 그린 그림',
    otherWeights: '이 서버의 신경망은 그림을 만들 때와 달라서, 결과가 다를 수 있습니다.',
  },

  likeness: {
    region: '얼마나 닮았나',
    words: {
      same: '같은 그림입니다',
      close: '거의 같은 그림입니다',
      alike: '닮았지만 붓질이 다릅니다',
      different: '다른 그림입니다',
    },
    why: {
      same: '반올림과 저장된 그림의 압축만큼만 다릅니다.',
      close: '기기마다 계산 순서가 달라 작은 차이가 점점 자랍니다.',
      alike: '반올림의 차이가 다른 붓질로 이어졌습니다.',
      different: '신경망이나 사진, 버전이 만들 때와 다릅니다.',
    },
    compressed: '원본이 무손실로 공유하기에는 너무 커서 압축되었고, 차이의 일부는 거기서 옵니다.',
    ssim: (value) => `구조 유사도 ${value}`,
    psnr: (value) => `PSNR(신호 대 잡음비) ${value} dB`,
    equal: '한 비트까지 같음',
    difference: '차이 보기',
    sideBySide: '둘을 견주어 보기',
    differenceAlt: (gain) => `두 그림의 차이를 ${gain}배 밝게 나타낸 그림`,
    differenceNote: (gain) => `차이를 ${gain}배 밝게`,
  },

  share: {
    link: '링크 복사',
    embed: '삽입 코드 복사',
    sheet: '공유…',
    copied: '복사했습니다.',
    byHand: '브라우저가 복사를 허락하지 않았습니다. 여기서 복사하세요:',
  },

  report: {
    open: '이 그림 신고하기',
    heading: '이 그림 신고하기',
    help: '이 서버의 운영자가 살펴봅니다. 그동안 그림이 가려질 수 있습니다.',
    reason: '사유',
    reasons: {
      illegal: '법에 어긋남',
      hateful: '혐오나 폭력',
      sexual: '성적인 내용',
      private: '동의 없이 찍힌 사람',
      copyright: '저작권 침해',
      other: '그 밖의 사유',
    },
    details: '덧붙일 말',
    send: '신고하기',
    cancel: '취소',
    sent: '고맙습니다. 살펴보겠습니다.',
  },

  remove: {
    heading: '내가 공유한 그림입니다',
    help: '이 링크에는 삭제 열쇠가 들어 있습니다. 지우면 되돌릴 수 없고, 페이지와 그림이 바로 사라집니다.',
    remove: '지우기',
    really: '정말 지우기',
    keep: '그대로 두기',
    done: '지웠습니다. 아무것도 남아 있지 않습니다.',
  },

  embed: { open: 'Reverie에서 열기' },
  widget: { run: '여기서 돌려 보기', play: '그려지는 과정 보기', title: 'Reverie로 만든 그림' },
  dismiss: '닫기',
};
