/**
 * Museum names of works and painters in other languages. The preset index speaks English; a work that
 * is not listed here keeps its name from there.
 */

const korean: Readonly<Record<string, string>> = {
  'Composition VII': '구성 VII',
  'The Great Wave off Kanagawa': '가나가와 해변의 높은 파도 아래',
  'A Sunday on La Grande Jatte': '그랑드 자트 섬의 일요일 오후',
  'Self-Portrait': '자화상',
  'The Shipwreck of the Minotaur': '미노타우로스호의 난파',
  'The Starry Night': '별이 빛나는 밤',
  'The Scream': '절규',
  Udnie: '우드니',
  'Woman with a Hat': '모자를 쓴 여인',
  'Wassily Kandinsky': '바실리 칸딘스키',
  'Katsushika Hokusai': '가쓰시카 호쿠사이',
  'Georges Seurat': '조르주 쇠라',
  'Vincent van Gogh': '빈센트 반 고흐',
  'J. M. W. Turner': '윌리엄 터너',
  'Edvard Munch': '에드바르 뭉크',
  'Francis Picabia': '프랑시스 피카비아',
  'Henri Matisse': '앙리 마티스',
};

/** A work's title or a painter's name in `language`; the name itself where no translation is known. */
export function museumName(language: string, name: string): string {
  return language === 'ko' ? (korean[name] ?? name) : name;
}
