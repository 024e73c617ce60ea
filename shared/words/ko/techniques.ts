/** The techniques in Korean. Typed against English: a missing key does not compile. */
import type { techniques as english, told as englishTold } from '../en/techniques';

const steps = '단계 수';
const layers = '층';
const quality = '얼마나 오래 그릴지 정합니다. 정교하게는 초안보다 네 배쯤 걸립니다.';

/** Views of one channel or of a whole layer. */
const maps = <Text>(text: Text) => ({
  saliency: text,
  gradcam: text,
  occlusion: text,
  segmentation: text,
  filters: text,
  patches: text,
  fooling: text,
  apart: text,
});

/** Of `see`. */
const viewNames = {
  activations: '반응',
  saliency: '주목',
  gradcam: 'Grad-CAM 지도',
  occlusion: '가려 보기',
  segmentation: '오려 내기',
  ascent: '규제 견주기',
  filters: '필터',
  patches: '으뜸 조각',
  neighbours: '이웃',
  map: '지도',
  fooling: '속이기',
  apart: '꿈 뜯어보기',
  feature: '특징',
  gram: 'Gram 행렬',
};

export const techniques: typeof english = {
  style: {
    name: '그리기',
    run: '그리기',
    again: '다시 그리기',
    doing: '그리는 중',
    fields: {
      strength: { label: '세기', help: '낮으면 사진이 남고, 높으면 화풍이 앞섭니다.', ends: ['사진', '화풍'] },
      quality: {
        label: '품질',
        help: { draft: quality, normal: quality, fine: quality, custom: '불러온 레시피에 적힌 단계 수를 따릅니다.' },
        options: { draft: '초안', normal: '보통', fine: '정교하게' },
      },
      styleScale: {
        label: '붓 크기',
        help: '작품의 붓질이 사진 위에 얼마나 크게 놓일지 정합니다.',
        ends: ['잘게', '크게'],
      },
      styles: {
        label: '섞기와 마스크',
        help: '여러 화풍을 한 그림에 섞습니다. 저마다 전체에, 또는 마스크가 허락한 곳에만 그립니다.',
      },
      start: {
        label: '출발점',
        help: '노이즈에서 시작하면 형태가 더 자유롭고, 자리를 잡는 데 오래 걸립니다.',
        options: { content: '사진', noise: '노이즈', image: '이 결과' },
      },
      grain: {
        label: '고운 결',
        help: '가장 작은 붓자국을 작품과 얼마나 같게 할지 정합니다. 0이면 신경망에 맡겨져 그물 무늬가 생깁니다.',
      },
      palette: {
        label: '작품의 색',
        help: '색을 작품과 얼마나 같게 할지 정합니다. 한 가지 잉크로 그린 작품은 한 가지 색으로 남고, 낮추면 사진의 색이 더 남습니다.',
      },
      smoothness: { label: '매끄러움', help: '높이면 자잘한 결이 가라앉고, 낮추면 물감 알갱이까지 남습니다.' },
      colours: {
        label: '색',
        help: '작품의 색, 밝기만 그리는 사진의 색, 또는 미리 사진에 맞춰 물들인 작품의 색입니다.',
        options: { style: '작품', luminance: '사진', match: '맞춤' },
      },
      loss: {
        label: '화풍 척도',
        help: '작품의 특징에서 무엇을 견줄지 정합니다.',
        options: {
          gram: 'Gram 행렬 (Gatys)',
          covariance: '평균과 공분산',
          moments: '평균과 분산',
          wasserstein: 'Wasserstein 거리',
        },
      },
      pooling: {
        label: '풀링',
        help: '신경망이 본 것을 줄이는 방식입니다. 평균은 부드럽고 최댓값은 또렷합니다.',
        options: { network: '학습된 대로', max: '최댓값', average: '평균' },
      },
      optimiser: {
        label: '최적화',
        help: 'Adam은 꾸준하고, L-BFGS는 더 크게 더 오래 한 걸음을 뗍니다.',
        options: { adam: 'Adam 방식', lbfgs: 'L-BFGS 방식' },
      },
      contentLayers: {
        label: '사진에서 지킬 것',
        help: '깊은 층은 무엇이 있는지를, 얕은 층은 모든 윤곽을 지킵니다. 하나도 없으면 시작 그림에만 사진이 남습니다.',
      },
      styleLayers: {
        label: '작품에서 가져올 것',
        help: '얕은 층은 색과 결을, 깊은 층은 큰 붓질과 형상을 가져옵니다.',
      },
    },
  },

  any: {
    name: '어떤 그림이든',
    help: '어떤 그림의 화풍이든 바로 그립니다. 신경망이 그림을 한 번 보고 곧바로 따라 그립니다.',
    run: '바로 그리기',
    again: '다시 바로 그리기',
    doing: '그리는 중',
    fields: {
      strength: { label: '세기', help: '사진에서 완전한 화풍까지.' },
      detail: { label: '세부', help: '낮추면 큰 형태부터 그리고, 높이면 사진이 더 남습니다.' },
      styleScale: {
        label: '붓 크기',
        help: '작품의 붓질이 사진 위에 얼마나 크게 놓일지 정합니다.',
        ends: ['잘게', '크게'],
      },
      colours: {
        label: '색',
        help: '작품의 색, 밝기만 그리는 사진의 색, 또는 그린 뒤 사진에 맞춘 색입니다.',
        options: { style: '작품', luminance: '사진', match: '맞춤' },
      },
      styles: {
        label: '섞기와 마스크',
        help: '여러 화풍을 한 그림에 섞습니다. 저마다 전체에, 또는 마스크가 허락한 곳에만 그립니다.',
      },
    },
  },

  fast: {
    name: '바로 그리기',
    help: '화가의 솜씨를 익힌 신경망이 사진을 단번에 그립니다.',
    run: '바로 그리기',
    again: '다시 바로 그리기',
    doing: '그리는 중',
    fields: {
      strength: { label: '세기', help: '사진에서 완전한 화풍까지.' },
      styles: { label: '섞기', help: '섞이는 몫입니다.' },
    },
  },

  dream: {
    name: '꿈',
    help: '한 층이 사진에서 찾아낸 것을 눈에 보일 때까지 키웁니다.',
    run: '꿈꾸기',
    again: '다시 꿈꾸기',
    doing: '꿈꾸는 중',
    made: (layer) => `${layer} 층의 꿈`,
    fields: {
      layers: { label: layers, help: '얕은 층은 선과 점을, 깊은 층은 눈과 털과 건물을 꿈꿉니다.' },
      channels: {
        label: '채널',
        help: '쉼표로 구분한 번호입니다. 그 채널이 찾는 것만 자랍니다. 비워 두면 층 전체입니다.',
      },
      place: { label: '한 곳에서만', help: '이 자리를 보는 것만 꿈꿉니다. 채널을 하나만 고르면 뉴런 하나입니다.' },
      strength: { label: '세기', help: '한 단계에 색이 얼마나 움직일지, 255를 기준으로 정합니다.' },
      steps: { label: steps, help: '옥타브마다 거치는 단계입니다. 많을수록 꿈이 깊어집니다.' },
      octaves: { label: '옥타브', help: '몇 가지 크기로 꿈꿀지 정합니다. 많을수록 큰 형상이 나타납니다.' },
      guide: { label: '길잡이 그림', help: '이 그림에서 층이 찾아낸 것을 향해 꿈꿉니다.' },
      frames: {
        label: '줌 영상',
        help: '앞 장면을 키워 다시 꿈꾸기를 거듭합니다. 장면이 많으면 오래 걸립니다.',
        none: '없음',
      },
      zoom: { label: '줌', help: '장면마다 얼마나 키울지 정합니다. 0보다 작으면 멀어집니다.' },
      rotate: { label: '회전', help: '장면마다 얼마나 돌릴지 정합니다.' },
    },
  },

  invert: {
    name: '되살리기',
    help: '한 층이 사진과 구별하지 못하는 그림을 노이즈에서 찾습니다. 무엇이 남고 무엇이 사라졌는지 보입니다.',
    run: '되살리기',
    again: '다시 되살리기',
    doing: '되살리는 중',
    made: (layer) => `${layer} 층에서 되살림`,
    fields: {
      layers: {
        label: layers,
        help: '하나를 고르면 그림 하나, 여럿이면 사다리가 됩니다. 얕은 층은 사진을 돌려주고 깊은 층은 지어냅니다.',
      },
      steps: { label: steps, help: '층마다 거치는 단계입니다. 많을수록 층이 지닌 것에 가까워집니다.' },
      smoothness: {
        label: '매끄러움',
        help: '층의 깊이에 맞는 값의 배수입니다. 높이면 층이 보지 못하는 알갱이가 가라앉습니다.',
      },
    },
  },

  texture: {
    name: '질감',
    help: '사진을 견본 삼아 같은 질감을 노이즈에서 더 길러 냅니다.',
    run: '질감 만들기',
    again: '질감 다시 만들기',
    doing: '만드는 중',
    made: { gram: '질감', 'efros-leung': '픽셀 하나씩 기른 질감', quilting: '조각을 이은 질감' },
    fields: {
      method: {
        label: '방법',
        help: {
          gram: '노이즈를 움직여 견본과 같은 Gram 행렬에 이르게 합니다. 아무것도 베끼지 않습니다.',
          'efros-leung': 'Efros와 Leung, 1999: 둘레가 맞는 곳에서 픽셀을 하나씩 베낍니다. 느리니 작은 크기에서 쓰세요.',
          quilting: 'Efros와 Freeman, 2001: 조각을 베껴 가장 눈에 띄지 않는 선을 따라 자릅니다.',
        },
        options: { gram: 'Gram 행렬', 'efros-leung': '픽셀 하나씩', quilting: '조각 잇기' },
      },
      layers: { label: layers, help: '어느 깊이까지 견줄지 정합니다. 얕으면 색과 결, 깊으면 형상까지 담습니다.' },
      grain: {
        label: '고운 결',
        help: '가장 작은 붓자국을 견본과 얼마나 같게 할지 정합니다. 0이면 신경망에 맡겨져 그물 무늬가 생깁니다.',
      },
      ladder: { label: '깊이별 사다리', help: '층마다 하나씩, 그 층과 앞의 층들로 만듭니다.' },
      seamless: { label: '이음매 없는 타일', help: '오른쪽 끝은 왼쪽과, 아래 끝은 위와 이어집니다.' },
      steps: { label: steps, help: '피라미드의 크기마다 거치는 단계입니다.' },
      window: {
        label: '둘레',
        help: '픽셀 둘레를 얼마나 견줄지, 픽셀 단위입니다. 되풀이되는 무늬만큼이 알맞습니다.',
      },
      patch: { label: '조각', help: '베끼는 조각의 크기, 픽셀 단위입니다.' },
      sampleSize: {
        label: '견본 크기',
        help: '사진을 볼 때의 긴 변, 픽셀 단위입니다. 작을수록 결과의 무늬가 잘아집니다.',
      },
      aspect: { label: '모양', help: '결과의 가로와 세로 비율입니다.' },
    },
  },

  see: {
    name: '들여다보기',
    help: '신경망의 층이 무엇에 반응하는지 그림으로 보여 줍니다.',
    run: '들여다보기',
    again: '다시 들여다보기',
    doing: '들여다보는 중',
    made: {
      activations: (layer) => `${layer} 층의 반응`,
      saliency: (layer) => `${layer} 층이 주목한 곳`,
      feature: (layer) => `${layer} 층이 가장 좋아하는 그림`,
      gram: (layer) => `${layer} 층의 Gram 행렬`,
      other: (layer) => `${layer} 층 들여다보기`,
    },
    fields: {
      view: {
        label: '보기',
        help: {
          activations: '사진에 대한 층의 채널들을, 강하게 반응한 것부터 보여 줍니다.',
          saliency: '층이나 채널이 어느 픽셀에 기대는지 보여 줍니다.',
          gradcam: '바로 앞 층의 어느 자리가 이 반응을 뒷받침하는지 보여 줍니다(Grad-CAM).',
          occlusion: '회색 네모로 사진을 조금씩 가려 가며, 어디를 가릴 때 반응이 가장 줄어드는지 봅니다.',
          segmentation: '사진의 주인공을 주목 지도와 색으로 오려 냅니다(GrabCut). 마스크도 함께 나옵니다.',
          ascent: '한 채널이 좋아하는 그림을 규제 하나씩만 켜고 기릅니다. 사진이 필요 없습니다.',
          filters: '층의 필터들. 사진 위를 움직이면 창, 곱, 합, ReLU가 차례로 보입니다.',
          patches: '채널이 가장 강하게 반응한 자리를 사진 한 장이나 여러 장에서 찾습니다.',
          neighbours: '조각이나 사진마다 가장 가까운 것을 특징으로 다섯, 픽셀로 다섯 찾습니다.',
          map: '조각이나 사진을 2,000개까지, 비슷한 것끼리 가까이 놓습니다.',
          fooling: '신경망이 다른 사진이나 다른 부류로 착각하게 하는 가장 작은 변화입니다.',
          apart: '딥드림에서 규칙을 하나씩 빼면 어떻게 되는지 봅니다.',
          feature: '한 채널이 가장 좋아하는 그림을 노이즈에서 길러 냅니다. 사진이 필요 없습니다.',
          gram: '층의 어느 채널들이 함께 반응하는지 보여 줍니다. 화풍과 질감이 견주는 것이 이것입니다.',
        },
        options: viewNames,
      },
      layer: { label: '층', help: '얕은 층은 윤곽과 색을, 깊은 층은 사물의 부분을 봅니다.' },
      channel: {
        label: '채널',
        help: {
          ...maps('번호 하나: 그 채널만 봅니다. 비워 두면 층 전체입니다.'),
          feature: '번호 하나: 그 채널의 그림을 기릅니다. 비워 두면 0번입니다.',
          ascent: '번호 하나: 그 채널의 그림을 기릅니다. 비워 두면 0번입니다.',
        },
      },
      class: {
        label: '부류',
        help: {
          ...maps('ImageNet에서 부르는 영어 이름(보기: tabby). 그 부류만 봅니다. 비워 두면 층 전체입니다.'),
          feature: 'ImageNet에서 부르는 영어 이름(보기: tabby). 그 부류의 그림을 기릅니다. 비워 두면 0번입니다.',
          ascent: 'ImageNet에서 부르는 영어 이름(보기: tabby). 그 부류의 그림을 기릅니다. 비워 두면 0번입니다.',
        },
      },
      overlay: { label: '겹치기', help: '사진 위에 지도를 얼마나 진하게 겹칠지 정합니다.', ends: ['사진', '지도'] },
      samples: {
        label: '표본',
        help: '노이즈를 더한 사본을 이만큼 평균합니다. 하나면 거친 기울기 그대로입니다.',
      },
      backward: {
        label: '되돌아가는 길',
        help: {
          gradient: '기울기 그대로입니다.',
          guided: '유도 역전파: ReLU가 반응한 곳에서 양수만 되돌립니다. 또렷하지만 확인해 보세요.',
          deconvnet: '디컨브넷: 어디서든 양수만 되돌립니다.',
        },
        options: { gradient: '기울기', guided: '유도', deconvnet: '디컨브넷' },
      },
      shuffled: {
        label: '가중치를 섞어 확인',
        help: '아무것도 배우지 않은 신경망으로 같은 지도를 그립니다. 비슷하다면 지도는 사진의 윤곽일 뿐입니다.',
      },
      mapLayer: { label: '지도의 층', help: '묻는 층보다 앞에 있는 층. 정하지 않으면 바로 앞 층입니다.' },
      layout: {
        label: '배치 방법',
        help: {
          pca: '가장 많이 다른 두 방향입니다.',
          tsne: '이웃은 이웃으로 남습니다. 무리 사이의 거리는 큰 뜻이 없습니다.',
          umap: 't-SNE와 비슷하되 전체 모양을 더 지킵니다.',
        },
      },
      photos: { label: '사진들', help: '이 기기에만 머무는 다른 사진들. 없으면 사진 한 장의 조각들을 견줍니다.' },
      guide: {
        label: '둘째 그림',
        help: {
          fooling: '내 사진을 이 사진으로 착각하게 합니다.',
          segmentation: '붓자국: 남길 곳은 초록, 버릴 곳은 빨강.',
        },
      },
      square: { label: '네모', help: '한 변의 길이. 사진의 짧은 변에 대한 비율입니다.' },
      squares: { label: '네모 수', help: '긴 변을 따라 몇 번 가릴지. 많을수록 지도가 곱고 오래 걸립니다.' },
      maxChannels: { label: '보여 줄 채널', help: '가장 강하게 반응한 것들입니다.' },
      steps: { label: steps, help: '많을수록 그림이 또렷해집니다.' },
    },
  },
};

const leans = { photo: '사진에 충실하게', between: '사진과 화풍의 중간', painting: '화풍이 앞서게' };
const strength = {
  name: '세기',
  value: (value: string, leaning: string) => `100 중 ${value}, ${leans[leaning as keyof typeof leans]}`,
};
const byStyles = (styles: string) => `${styles}의 화풍으로`;

export const told: typeof englishTold = {
  style: {
    title: '화풍 옮기기',
    made: byStyles,
    facts: {
      style: { name: '화풍' },
      strength,
      brush: { name: '붓 크기', value: (value) => `원작의 ${value}배` },
      colours: {
        name: '색',
        value: {
          style: '작품의 색',
          luminance: '사진의 색, 밝기만 그림',
          match: '작품을 먼저 사진의 색으로 물들임',
        },
      },
      loss: {
        name: '화풍 척도',
        value: {
          gram: 'Gram 행렬',
          covariance: '평균과 공분산',
          moments: '평균과 분산',
          wasserstein: 'Wasserstein 거리',
        },
      },
      start: { name: '출발점', value: { content: '사진', noise: '노이즈', image: '앞선 결과' } },
      optimiser: { name: '최적화', value: { adam: 'Adam', lbfgs: 'L-BFGS' } },
    },
  },
  any: {
    title: '어떤 그림이든 바로 그리기',
    made: byStyles,
    facts: {
      style: { name: '화풍' },
      strength,
      brush: { name: '붓 크기', value: (value) => `원작의 ${value}배` },
      colours: {
        name: '색',
        value: { style: '작품의 색', luminance: '사진의 색(밝기만 그림)', match: '사진에 맞춘 색' },
      },
    },
  },
  fast: { title: '빠른 화풍 옮기기', made: byStyles, facts: { style: { name: '화풍' }, strength } },
  dream: {
    title: '딥드림',
    made: (of) => `${of} 층의 꿈`,
    facts: {
      layers: { name: layers },
      octaves: { name: '옥타브', value: (octaves, each) => `${octaves}개, 각 ${each}단계` },
      guide: { name: '길잡이', value: '길잡이 그림을 향해' },
      film: { name: '줌 영상', value: (frames) => `${frames}장` },
    },
  },
  invert: {
    title: '특징 되살리기',
    made: (of) => `${of} 층에 남은 것에서 되살림`,
    facts: { layers: { name: layers }, steps: { name: steps } },
  },
  texture: {
    title: '질감 합성',
    made: { gram: 'Gram 행렬로 기른 질감', 'efros-leung': '픽셀 하나씩 기른 질감', quilting: '조각을 이은 질감' },
    facts: { layers: { name: layers }, seamless: { name: '이음매 없는 타일', value: '예' } },
  },
  see: {
    title: '신경망 들여다보기',
    made: {
      activations: (layer) => `${layer} 층의 반응`,
      saliency: (layer) => `${layer} 층이 주목한 곳`,
      gradcam: (layer) => `${layer} 층을 뒷받침한 곳`,
      occlusion: (layer) => `가리면 ${layer} 층이 아쉬워하는 곳`,
      segmentation: (layer) => `${layer} 층으로 오려 내기`,
      ascent: (layer) => `${layer} 층, 규칙이 있을 때와 없을 때`,
      filters: (layer) => `${layer} 층의 필터`,
      patches: (layer) => `${layer} 층이 가장 반응한 곳`,
      neighbours: (layer) => `${layer} 층이 비슷하다고 보는 것`,
      map: (layer) => `${layer} 층으로 그린 지도`,
      fooling: (layer) => `${layer} 층 속이기`,
      apart: (layer) => `${layer} 층의 꿈 뜯어보기`,
      feature: (layer) => `${layer} 층이 가장 좋아하는 그림`,
      gram: (layer) => `${layer} 층의 Gram 행렬`,
    },
    facts: {
      view: { name: '보기', value: viewNames },
      layers: { name: layers },
      channel: { name: '채널' },
      mapLayer: { name: '지도를 만든 층' },
      backward: { name: '되짚는 법', value: { guided: '유도 역전파', deconvnet: '디컨브넷' } },
      samples: { name: '노이즈를 섞은 사본' },
      squares: { name: '네모', value: (count, part) => `긴 변에 ${count}개, 너비는 짧은 변의 ${part}%` },
      layout: { name: '펼친 방법', value: { pca: 'PCA(주성분)', tsne: 't-SNE(이웃 보존)', umap: 'UMAP(이웃 보존)' } },
      photos: { name: '곁들인 사진' },
      shuffled: { name: '검사', value: '가중치를 섞어 견주어 봄' },
    },
  },
};
