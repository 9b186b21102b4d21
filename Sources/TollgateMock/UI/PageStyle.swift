extension PageStyle {
    /// Colours, type and the elements that are everywhere.
    static let base = #"""
        :root {
          color-scheme: light dark;
          --bg: light-dark(#ffffff, #14171b);
          --panel: light-dark(#f5f6f8, #1b1f25);
          --line: light-dark(#d9dde2, #2f353d);
          --strong: light-dark(#868e99, #6b7480);
          --text: light-dark(#1b1f24, #dfe3e8);
          --muted: light-dark(#59626d, #98a1ad);
          --accent: light-dark(#0b5fc4, #79b4ff);
          --on-accent: light-dark(#ffffff, #0d1116);
          --picked: light-dark(#e3edfb, #20344d);
          --good: light-dark(#17692f, #67c586);
          --warn: light-dark(#8a5200, #dfae52);
          --bad: light-dark(#b3261e, #f58a84);
          --bad-soft: light-dark(#fcecea, #3a2022);
          --string: light-dark(#17692f, #8fce9f);
          --number: light-dark(#0b5fc4, #8cc0ff);
          --key: light-dark(#6b2fa0, #c9a5f0);
          --mono: ui-monospace, "SF Mono", SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
          font: 13px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
          font-variant-numeric: tabular-nums;
          accent-color: var(--accent);
        }
        :root[data-theme="light"] { color-scheme: light; }
        :root[data-theme="dark"] { color-scheme: dark; }
        * { box-sizing: border-box; }
        html, body { height: 100%; }
        body { margin: 0; display: flex; flex-direction: column; background: var(--bg); color: var(--text);
          min-width: 320px; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
        h1, h2, h3, p, dl, dd, fieldset, legend { margin: 0; padding: 0; }
        h1 { font-size: 15px; font-weight: 600; }
        h2 { font-size: 13px; font-weight: 600; }
        h3 { font-size: 12px; font-weight: 600; color: var(--muted); }
        fieldset { border: 0; min-width: 0; }
        .mono, kbd, pre, code { font-family: var(--mono); font-size: 12px; font-variant-ligatures: none; }
        .muted { color: var(--muted); }
        .error { color: var(--bad); }
        [hidden] { display: none !important; }
        .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
          white-space: nowrap; }
        .skip { position: absolute; left: 8px; top: -60px; z-index: 9; background: var(--accent);
          color: var(--on-accent); padding: 6px 10px; border-radius: 4px; }
        .skip:focus { top: 6px; }
        a { color: var(--accent); }
        :focus { outline: none; }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
        main:focus-visible { outline: none; }
        button, input, select, textarea { font: inherit; font-variant-numeric: inherit; color: inherit;
          background: var(--bg); border: 1px solid var(--strong); border-radius: 4px; padding: 2px 8px;
          min-height: 26px; max-width: 100%; }
        input.mono, textarea.mono { font-family: var(--mono); font-size: 12px; }
        textarea { resize: vertical; width: 100%; }
        input::placeholder, textarea::placeholder { color: var(--muted); opacity: 1; }
        [aria-invalid="true"] { border-color: var(--bad); }
        button { cursor: pointer; background: var(--panel); white-space: nowrap; }
        button:hover { border-color: var(--accent); }
        button:disabled { cursor: default; opacity: .55; border-color: var(--line); }
        button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
        button.danger { background: var(--bad); border-color: var(--bad); color: var(--on-accent); }
        button.quiet { background: none; border-color: transparent; }
        button.quiet:hover { border-color: var(--strong); }
        button[aria-pressed="true"] { background: var(--picked); border-color: var(--accent); }
        kbd { border: 1px solid var(--line); border-bottom-width: 2px; border-radius: 3px; padding: 0 4px;
          background: var(--panel); }
        pre { margin: 0; padding: 8px 10px; background: var(--panel); border: 1px solid var(--line);
          border-radius: 4px; overflow: auto; max-height: 420px; white-space: pre-wrap; overflow-wrap: anywhere;
          tab-size: 2; }
        .tag { border: 1px solid var(--line); border-radius: 3px; padding: 0 5px; font-size: 12px;
          color: var(--muted); white-space: nowrap; }
        .tag.warn { color: var(--warn); border-color: currentColor; }
        .tag.bad { color: var(--bad); border-color: currentColor; }
        .tag.good { color: var(--good); border-color: currentColor; }
        .good { color: var(--good); }
        .warn { color: var(--warn); }
        .bad { color: var(--bad); }
        .empty { color: var(--muted); padding: 14px 12px; max-width: 70ch; }
        dialog { border: 1px solid var(--strong); border-radius: 6px; background: var(--bg); color: var(--text);
          padding: 16px 18px; width: min(460px, calc(100vw - 24px)); max-height: calc(100dvh - 24px); }
        dialog::backdrop { background: rgb(0 0 0 / .45); }
        dialog form { display: grid; gap: 12px; }
        dialog input { margin-inline-start: 6px; }
        .actions { display: flex; gap: 8px; justify-content: flex-end; }
        .keys { display: grid; grid-template-columns: max-content 1fr; gap: 7px 14px; align-items: baseline; }
        @media (prefers-reduced-motion: no-preference) { .dot { transition: background-color .2s; } }
        """#
}
