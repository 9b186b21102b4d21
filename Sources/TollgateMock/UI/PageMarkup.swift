extension PageMarkup {
    /// A barred square, so that no browser asks the server for an icon: that would be an entry in the journal.
    static let icon =
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
        + "%3Crect x='1' y='1' width='14' height='14' rx='3' fill='%230b5fc4'/%3E"
        + "%3Cpath d='M3 11 12 5M3 5v7' stroke='%23fff' stroke-width='2' fill='none'/%3E%3C/svg%3E"

    /// What is there in every view.
    static let frame = #"""
        <a class="skip" href="#content">Skip to the content</a>
        <header class="top">
          <p class="brand"><strong>Tollgate mock</strong> <span id="origin" class="mono muted"></span></p>
          <nav aria-label="Views">
            <a href="#/journal">Journal</a>
            <a href="#/state">State</a>
            <a href="#/faults">Faults <span id="fault-count" class="count" hidden></span></a>
            <a href="#/scenarios">Scenarios</a>
            <a href="#/webhooks">Webhooks</a>
          </nav>
          <p id="link" class="link" data-state="wait"><span class="dot"></span>
            <span id="link-text">connecting</span></p>
          <div class="tools">
            <button type="button" id="reset-open" class="quiet">Reset…</button>
            <button type="button" id="theme" class="quiet"
              title="Light, dark, or as the system (t)">Auto</button>
            <button type="button" id="help-open" class="quiet" aria-label="Keyboard shortcuts"
              title="Keyboard shortcuts (?)">?</button>
          </div>
        </header>
        <section class="clock" aria-label="Clock of the mock">
          <p class="now"><time id="clock-time" class="mono">–</time> <span class="muted">UTC</span>
            <span id="clock-state" class="tag">–</span></p>
          <div class="group">
            <button type="button" id="clock-freeze" title="Freeze or resume (f)">Freeze</button>
            <button type="button" data-advance="60" title="1 minute on (1)">+1 min</button>
            <button type="button" data-advance="3600" title="1 hour on (2)">+1 h</button>
            <button type="button" data-advance="86400" title="1 day on (3)">+1 day</button>
          </div>
          <form id="clock-set" class="group" novalidate>
            <label class="hidden" for="clock-value">Set the clock to, in UTC</label>
            <input id="clock-value" class="mono" size="19" placeholder="2026-01-02 03:04:05" autocomplete="off"
              spellcheck="false">
            <button>Set</button>
          </form>
          <p id="clock-error" class="error" role="alert" hidden></p>
        </section>
        <p id="offline" class="banner" role="alert" hidden></p>
        <p id="said" class="hidden" role="status" aria-live="polite"></p>
        """#

    /// The shortcuts and what asks before it acts.
    static let dialogs = #"""
        <dialog id="help" aria-labelledby="help-title">
          <form method="dialog">
            <h2 id="help-title">Keyboard shortcuts</h2>
            <dl class="keys">
              <dt><kbd>g</kbd> then <kbd>j</kbd> <kbd>s</kbd> <kbd>f</kbd> <kbd>n</kbd> <kbd>w</kbd></dt>
              <dd>Journal, state, faults, scenarios, webhooks</dd>
              <dt><kbd>↑</kbd> <kbd>↓</kbd> or <kbd>k</kbd> <kbd>j</kbd></dt><dd>One exchange up or down</dd>
              <dt><kbd>Home</kbd> <kbd>End</kbd> <kbd>PgUp</kbd> <kbd>PgDn</kbd></dt>
              <dd>First, last, ten up, ten down; <kbd>End</kbd> follows what comes</dd>
              <dt><kbd>Enter</kbd></dt><dd>Into the exchange</dd>
              <dt><kbd>Esc</kbd></dt><dd>Back to the journal; close</dd>
              <dt><kbd>c</kbd></dt><dd>Copy the exchange as a curl line</dd>
              <dt><kbd>/</kbd></dt><dd>Filter by text</dd>
              <dt><kbd>p</kbd></dt><dd>Pause the journal, or let it go on</dd>
              <dt><kbd>f</kbd></dt><dd>Freeze the clock, or let it run</dd>
              <dt><kbd>1</kbd> <kbd>2</kbd> <kbd>3</kbd></dt><dd>Clock 1 minute, 1 hour, 1 day on</dd>
              <dt><kbd>t</kbd></dt><dd>Light, dark, as the system</dd>
              <dt><kbd>?</kbd></dt><dd>These shortcuts</dd>
            </dl>
            <p class="actions"><button autofocus>Close</button></p>
          </form>
        </dialog>
        <dialog id="reset" aria-labelledby="reset-title">
          <form id="reset-form" method="dialog" novalidate>
            <h2 id="reset-title">Reset the mock</h2>
            <p>State, faults, deliveries and the journal begin anew, as when the server started. The clock follows the
              machine's again.</p>
            <p><label for="reset-seed">Seed, if another</label>
              <input id="reset-seed" name="seed" inputmode="numeric" size="12" autocomplete="off"></p>
            <p class="error" role="alert" hidden></p>
            <p class="actions"><button type="button" data-close class="quiet">Cancel</button>
              <button class="danger">Reset</button></p>
          </form>
        </dialog>
        """#
}
