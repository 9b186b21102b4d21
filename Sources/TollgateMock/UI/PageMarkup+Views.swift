extension PageMarkup {
    /// The views, one of which is shown.
    static let views = [
        #"<main id="content" tabindex="-1">"#, journal, state, faults, scenarios, webhooks, "</main>",
    ].joined(separator: "\n")

    private static let journal = #"""
        <section id="view-journal" class="view" aria-label="Journal">
          <h1 class="hidden">Journal</h1>
          <form id="filters" class="bar" role="search" novalidate>
            <label class="field grow"><span>Text</span>
              <input id="filter-text" type="search" placeholder="path, header or body" autocomplete="off"
                spellcheck="false"></label>
            <label class="field"><span>Operation</span>
              <input id="filter-operation" type="search" list="operations" placeholder="any operation"
                autocomplete="off" spellcheck="false"></label>
            <label class="field"><span>Status</span>
              <select id="filter-status">
                <option value="">any status</option><option value="2">2xx</option>
                <option value="3">3xx</option><option value="4">4xx</option>
                <option value="5">5xx</option><option value="none">no answer</option>
                <option value="fault">met by a fault</option>
              </select></label>
            <p class="tally"><span id="tally" class="muted">0</span></p>
            <div class="group">
              <button type="button" id="pause" aria-pressed="false" title="Pause (p)">Pause</button>
              <button type="button" id="clear">Clear</button>
            </div>
          </form>
          <datalist id="operations"></datalist>
          <div class="panes">
            <div class="list">
              <div class="row head" aria-hidden="true"><span>#</span><span>Time</span><span>Method</span>
                <span>Path</span><span>Operation</span><span>Status</span></div>
              <div id="rows" role="listbox" tabindex="0" aria-label="Exchanges, oldest first"></div>
              <p id="rows-empty" class="empty"></p>
              <button type="button" id="newer" hidden></button>
            </div>
            <article id="detail" tabindex="-1" aria-label="Exchange"></article>
          </div>
        </section>
        """#

    private static let state = #"""
        <section id="view-state" class="view page" aria-label="State" hidden>
          <h1>State</h1>
          <p id="state-error" class="error" role="alert" hidden></p>
          <div id="gauges"></div>
          <div id="tables"></div>
        </section>
        """#

    private static let faults = #"""
        <section id="view-faults" class="view page" aria-label="Faults" hidden>
          <h1>Faults</h1>
          <form id="fault-form" class="form" novalidate>
            <fieldset><legend>What goes wrong</legend>
              <label class="field"><span>Fault</span><select id="fault-kind" name="kind"></select></label>
              <div id="fault-fields" class="fields"></div>
              <p id="fault-note" class="muted"></p>
            </fieldset>
            <fieldset><legend>For which requests</legend>
              <label class="field"><span>Target</span>
                <select id="fault-target"><option value="operation">an operation</option>
                  <option value="path">a path</option><option value="all">all</option></select></label>
              <label class="field grow" id="fault-target-field"><span id="fault-target-name">Operation</span>
                <input id="fault-target-value" class="mono" list="operations" autocomplete="off"
                  spellcheck="false"></label>
            </fieldset>
            <fieldset><legend>How often</legend>
              <label class="field"><span>Schedule</span>
                <select id="fault-schedule">
                  <option value="next">the next</option><option value="every">every n-th</option>
                  <option value="probability">by probability</option><option value="always">always</option>
                </select></label>
              <div id="schedule-fields" class="fields"></div>
            </fieldset>
            <p class="error" role="alert" hidden></p>
            <p class="actions"><button class="primary">Inject</button></p>
          </form>
          <div class="heading"><h2>Waiting for requests</h2>
            <button type="button" id="faults-clear" class="quiet" hidden>Remove all</button></div>
          <div id="fault-list"></div>
        </section>
        """#

    private static let scenarios = #"""
        <section id="view-scenarios" class="view page" aria-label="Scenarios" hidden>
          <h1>Scenarios</h1>
          <p class="error" role="alert" id="scenario-error" hidden></p>
          <div id="scenario-list"></div>
        </section>
        """#

    private static let webhooks = #"""
        <section id="view-webhooks" class="view page" aria-label="Webhooks" hidden>
          <h1>Webhooks</h1>
          <form id="webhook-form" class="form" novalidate></form>
          <div class="heading"><h2>Deliveries</h2></div>
          <div id="delivery-list"></div>
        </section>
        """#
}
