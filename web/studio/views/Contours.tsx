/** The mark, drawn large and faint in the empty frame: a loss landscape waiting for its photo. */
const rings = Array.from({ length: 13 }, (_, index) => {
  const out = (index + 1) / 13;
  return {
    rx: 26 + 470 * out ** 1.35,
    ry: 20 + 400 * out ** 1.45,
    // Each ring turns a little and drifts from the minimum towards the middle of the sheet.
    turn: -34 + 30 * out,
    cx: 150 + 210 * out,
    cy: 420 - 150 * out,
  };
});

export function Contours() {
  return (
    <svg
      class="contours"
      viewBox="0 0 800 560"
      preserveAspectRatio="xMinYMid slice"
      aria-hidden="true"
      focusable="false"
    >
      <g fill="none" stroke="currentColor" stroke-width="1.2">
        {rings.map(({ rx, ry, turn, cx, cy }) => (
          <ellipse key={rx} cx={cx} cy={cy} rx={rx} ry={ry} transform={`rotate(${turn} ${cx} ${cy})`} />
        ))}
      </g>
      <circle class="mark-dot" cx="150" cy="420" r="5" />
    </svg>
  );
}
