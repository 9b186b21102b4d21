extension PageStyle {
    /// The frame: what is there in every view.
    static let parts = #"""
        .top { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 16px; padding: 5px 12px;
          border-bottom: 1px solid var(--line); background: var(--panel); }
        .brand { white-space: nowrap; }
        .brand .mono { margin-inline-start: 4px; }
        nav { display: flex; gap: 2px; margin-inline-end: auto; }
        nav a { padding: 4px 9px; border-radius: 4px; color: var(--text); text-decoration: none; white-space: nowrap; }
        nav a:hover { background: var(--picked); }
        nav a[aria-current] { font-weight: 600; box-shadow: inset 0 -2px var(--accent); border-radius: 4px 4px 0 0; }
        .count { font-size: 11px; font-weight: 600; color: var(--on-accent); background: var(--bad);
          border-radius: 8px; padding: 0 5px; }
        .link { display: flex; align-items: center; gap: 6px; color: var(--muted); white-space: nowrap; }
        .dot { width: 8px; height: 8px; border-radius: 50%; background: var(--strong); }
        .link[data-state="live"] .dot { background: var(--good); }
        .link[data-state="paused"] .dot { background: var(--warn); }
        .link[data-state="lost"] .dot { background: var(--bad); }
        .link[data-state="lost"] { color: var(--bad); }
        .tools { display: flex; gap: 2px; }
        .clock { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 14px; padding: 5px 12px;
          border-bottom: 1px solid var(--line); }
        .clock .now { white-space: nowrap; }
        .clock time { font-size: 13px; font-weight: 600; }
        .clock .tag { margin-inline-start: 6px; }
        .group { display: flex; gap: 4px; }
        .banner { padding: 6px 12px; background: var(--bad-soft); color: var(--bad);
          border-bottom: 1px solid var(--line); }
        main { flex: 1; min-height: 0; display: flex; flex-direction: column; }
        .view { flex: 1; min-height: 0; }
        .view.page { overflow: auto; padding: 12px; display: flex; flex-direction: column; gap: 14px; }
        .view > .heading, #fault-list { max-width: 980px; }
        .page .empty { padding: 0; }
        .heading { display: flex; align-items: center; justify-content: space-between; gap: 12px; min-height: 26px; }
        .field { display: flex; align-items: center; gap: 6px; min-width: 0; }
        .field > span { color: var(--muted); white-space: nowrap; }
        .field > input, .field > select { min-width: 0; }
        .field > input[type="checkbox"] { flex: none; min-height: 0; margin: 0; }
        .field > input[type="checkbox"] + span { white-space: normal; }
        .field.grow { flex: 1 1 200px; }
        .field.grow > input { flex: 1; }
        .fields { display: flex; flex-wrap: wrap; gap: 8px 12px; min-width: 0; }
        .fields:empty { display: none; }
        .form { border: 1px solid var(--line); border-radius: 6px; padding: 10px 12px; display: grid; gap: 10px;
          max-width: 980px; }
        .form fieldset { display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: center; position: relative;
          padding-inline-start: 150px; }
        .form legend { position: absolute; inset-inline-start: 0; top: 4px; color: var(--muted); }
        .form fieldset > p { flex-basis: 100%; }
        .form > .actions { justify-content: flex-start; }
        .form > .actions, .form > .error { padding-inline-start: 150px; }
        .form .muted:empty { display: none; }
        .scroll { position: relative; overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: start; padding: 4px 10px; border-bottom: 1px solid var(--line); vertical-align: top;
          white-space: nowrap; }
        tr:last-child > td { border-bottom: 0; }
        th { font-weight: 600; color: var(--muted); background: var(--panel); font-size: 12px; }
        td.num, th.num { text-align: end; }
        td.long { white-space: normal; overflow-wrap: anywhere; min-width: 180px; max-width: 420px; }
        td.end { text-align: end; width: 1%; }
        td button { min-height: 22px; padding: 0 8px; }
        @media (max-width: 760px) {
          .top { gap: 4px 10px; }
          .top nav { order: 9; flex-basis: 100%; overflow-x: auto; margin-inline: -6px; scrollbar-width: none; }
          .link { margin-inline-start: auto; }
          .form fieldset { padding: 24px 0 0; }
          .form legend { top: 0; }
          .form > .actions, .form > .error { padding: 0; }
          button, input, select { min-height: 30px; }
        }
        @media (max-width: 460px) {
          .brand .mono { display: none; }
          .tools button { padding: 2px 6px; }
          nav a { padding: 6px 5px; }
          .clock { gap: 6px 8px; }
        }
        """#

    /// The views.
    static let views = #"""
        #view-journal { display: flex; flex-direction: column; }
        .bar { display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; padding: 6px 12px;
          border-bottom: 1px solid var(--line); }
        .tally { white-space: nowrap; }
        .panes { flex: 1; min-height: 0; display: grid; grid-template-columns: minmax(0, 11fr) minmax(0, 9fr); }
        .list { position: relative; min-height: 0; display: flex; flex-direction: column;
          border-inline-end: 1px solid var(--line); container-type: inline-size; }
        #rows { flex: 1; min-height: 0; overflow-y: auto; overflow-x: hidden; scrollbar-gutter: stable; }
        #rows:focus-visible { outline-offset: -2px; }
        #rows:empty { flex: 0 0 0; }
        .row { display: grid; grid-template-columns: 5ch 12ch 7ch minmax(0, 1fr) minmax(0, 24ch) 12ch; gap: 0 10px;
          padding: 0 12px; line-height: 24px; height: 24px; cursor: default; font-family: var(--mono); font-size: 12px;
          content-visibility: auto; contain-intrinsic-height: 24px; }
        .row > span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .row > :first-child { text-align: end; color: var(--muted); }
        .row > :nth-child(2), .row > :nth-child(5) { color: var(--muted); }
        .row.head { font-weight: 600; line-height: 26px; height: 26px; color: var(--muted);
          background: var(--panel); border-bottom: 1px solid var(--line); scrollbar-gutter: stable; overflow: hidden;
          flex: none; }
        .row[role="option"]:hover { background: var(--panel); }
        .row[aria-selected="true"], .row[aria-selected="true"]:hover { background: var(--picked);
          box-shadow: inset 3px 0 var(--accent); }
        .row i { font-style: normal; }
        .row .tag { line-height: 16px; padding: 0 4px; font-size: 11px; }
        @container (max-width: 640px) {
          .row { grid-template-columns: 5ch 8ch 6ch minmax(0, 1fr) 12ch; }
          .row > :nth-child(5), .row i { display: none; }
        }
        @container (max-width: 420px) {
          .row { grid-template-columns: 8ch 6ch minmax(0, 1fr) 7ch; gap: 0 8px; }
          .row > :nth-child(1) { display: none; }
          .row .tag { display: none; }
          .row .met::after { content: " !"; font-weight: 700; }
        }
        #newer { position: absolute; bottom: 10px; inset-inline-end: 28px; background: var(--accent);
          border-color: var(--accent); color: var(--on-accent); }
        #detail { min-height: 0; overflow: auto; padding: 10px 12px; display: flex; flex-direction: column; gap: 10px; }
        #detail:focus-visible { outline-offset: -2px; }
        #detail .empty { padding: 4px 0; }
        #detail h2 { overflow-wrap: anywhere; }
        .crumbs { display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center; }
        .crumbs .back { display: none; }
        #curl > span { display: inline-block; max-width: 100%; }
        .facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 2px 14px; }
        .facts dt { color: var(--muted); }
        .facts dd { overflow-wrap: anywhere; }
        .facts.mono dt { white-space: nowrap; max-width: 26ch; overflow: hidden; text-overflow: ellipsis; }
        details > summary { cursor: pointer; color: var(--muted); padding: 2px 0; width: max-content; }
        details[open] > summary { margin-bottom: 4px; }
        .side { display: grid; gap: 6px; border-top: 1px solid var(--line); padding-top: 10px; }
        .key { color: var(--key); } .str { color: var(--string); } .lit { color: var(--number); }
        .gauges { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(320px, 100%), 1fr)); gap: 8px;
          margin-bottom: 4px; }
        .gauge { border: 1px solid var(--line); border-radius: 6px; padding: 7px 10px; display: grid;
          grid-template-columns: minmax(0, 1fr) auto; gap: 1px 12px; align-items: center; }
        .gauge > p.muted { grid-column: 1 / -1; font-size: 12px; }
        .gauge .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .gauge .value { text-align: end; font-weight: 600; white-space: nowrap; }
        .gauge svg { display: block; width: 100%; height: 28px; grid-column: 1 / -1; }
        .gauge svg.meter { height: 6px; }
        .spark { stroke: var(--accent); fill: none; stroke-width: 1.5; vector-effect: non-scaling-stroke; }
        .spark-area { fill: var(--accent); opacity: .1; stroke: none; }
        .track { fill: var(--line); } .fill { fill: var(--accent); }
        .fill.warn { fill: var(--warn); } .fill.bad { fill: var(--bad); }
        .zero { stroke: var(--line); stroke-width: 1; vector-effect: non-scaling-stroke; }
        #tables { display: grid; gap: 16px; }
        #tables section { display: grid; gap: 8px; min-width: 0; }
        #tables details { min-width: 0; }
        .scenario { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 2px 12px; padding: 8px 12px;
          border-bottom: 1px solid var(--line); align-items: start; max-width: 980px; }
        .scenario:last-child { border-bottom: 0; }
        .scenario p { grid-column: 1; color: var(--muted); max-width: 80ch; overflow-wrap: anywhere; }
        .scenario button { grid-column: 2; grid-row: 1 / span 2; }
        .boxed { border: 1px solid var(--line); border-radius: 6px; max-width: 980px; }
        @media (max-width: 900px) {
          .panes { grid-template-columns: minmax(0, 1fr); }
          .list { border: 0; }
          #detail { display: none; }
          .panes.open #detail { display: flex; }
          .panes.open .list { display: none; }
          .crumbs .back { display: inline-block; }
          #view-journal:has(.panes.open) .bar { display: none; }
        }
        @media (max-width: 460px) {
          .bar .field { flex: 1 1 40%; }
          .bar .field.grow { flex-basis: 100%; }
          .bar .field > span { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
          .bar .field > input, .bar .field > select { flex: 1; }
          .bar .tally { margin-inline-end: auto; }
          .row { height: 30px; line-height: 30px; contain-intrinsic-height: 30px; }
        }
        """#
}
