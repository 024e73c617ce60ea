/** The widget's style, for a constructed style sheet: an inline one would break hosts with a strict policy. */
export const css = `
:host{display:block;position:relative;overflow:hidden;box-sizing:border-box;width:var(--reverie-width,100%);max-width:100%;
aspect-ratio:var(--reverie-ratio,4/3);height:var(--reverie-height,auto);background:#8883;contain:content}
:host([hidden]){display:none}
slot{display:grid;place-items:center;height:100%;padding:12px;box-sizing:border-box;text-align:center}
button,img,iframe{position:absolute;inset:0;width:100%;height:100%;border:0;margin:0;padding:0}
button{background:none;color:inherit;cursor:pointer;font:500 14px/1.4 system-ui,sans-serif}
img{object-fit:contain;color:transparent}
.clear{background:repeating-conic-gradient(#8880 0 25%,#8883 0 50%) 0 0/20px 20px}
span{position:absolute;left:12px;bottom:12px;display:flex;align-items:center;gap:8px;max-width:calc(100% - 24px);
box-sizing:border-box;min-height:44px;padding:6px 16px 6px 14px;border-radius:3px;background:#161616d9;color:#fff;text-align:left}
span::before{content:"";border:7px solid transparent;border-left:11px solid;border-right:0}
button:hover span{background:#161616}
button:focus-visible{outline:3px solid #b8371a;outline-offset:-3px}
`.replaceAll('\n', '');
