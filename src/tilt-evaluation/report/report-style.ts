/** The look of the report: calm, readable in light and dark, nothing red. */
export const reportStyle = `
:root { color-scheme: light dark; --ink: #2b2f33; --soft: #6f757b; --line: #dfe2e5; --paper: #fbfbfa; --main: #3d6f8e; --second: #b08a4a; --yardstick: #a3a8ad; }
@media (prefers-color-scheme: dark) { :root { --ink: #d7dadd; --soft: #8b9096; --line: #31363b; --paper: #16181a; --main: #7fb0cf; --second: #cfae74; --yardstick: #6b7177; } }
body { margin: 2.5rem auto; max-width: 960px; padding: 0 1rem; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.3rem; font-weight: 600; margin: 0; } h2 { font-size: 1rem; font-weight: 600; margin: 2.2rem 0 .5rem; }
p { color: var(--soft); margin: .2rem 0; } li { color: var(--soft); margin: .3rem 0; } strong { color: var(--ink); }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(210px, 1fr)); gap: 1.2rem; }
figure { margin: 0; } figcaption { color: var(--soft); font-size: .82rem; min-height: 2.6rem; } figure.wide figcaption { min-height: 0; }
svg { width: 100%; height: auto; display: block; } svg text { fill: var(--soft); font-size: 11px; }
.grid line, .grid .grid { stroke: var(--line); } .axis { stroke: var(--soft); } .dashed { stroke-dasharray: 3 4; }
.line { fill: none; stroke-width: 2; } .line.main { stroke: var(--main); } .line.yardstick { stroke: var(--yardstick); }
.bar.main { fill: var(--main); } .bar.second { fill: var(--second); } .bar.yardstick { fill: var(--yardstick); }
.key { white-space: nowrap; margin-right: .7rem; } .key::before { content: ""; display: inline-block; width: .7em; height: .7em; margin-right: .35em; border-radius: 2px; background: var(--main); }
.key.second::before { background: var(--second); } .key.yardstick::before { background: var(--yardstick); }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .88rem; }
th, td { text-align: right; padding: .28rem .5rem; border-bottom: 1px solid var(--line); white-space: pre-wrap; } th { color: var(--soft); font-weight: 500; }
th:first-child, td:first-child { text-align: left; }
`;
