/** The mark: contour lines of a loss landscape, and the point where the descent comes to rest. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">
      <g fill="none" stroke="currentColor" stroke-width="1.6">
        <circle cx="16" cy="16" r="14" />
        <ellipse cx="14.6" cy="17.6" rx="10.4" ry="9.8" transform="rotate(-24 14.6 17.6)" />
        <ellipse cx="13.2" cy="19.4" rx="6.6" ry="5.6" transform="rotate(-32 13.2 19.4)" />
      </g>
      <circle class="mark-dot" cx="12" cy="20.6" r="2.3" />
    </svg>
  );
}
