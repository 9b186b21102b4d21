extension PageScript {
    /// The journal as it comes, and what is kept of it.
    static let journal = #"""
        // How much of the journal the page keeps: so many exchanges, and so many characters of bodies.
        const keptEntries = 2000, keptCharacters = 24e6;

        const journal = {
          entries: [], characters: 0, newest: null, last: 0, paused: false, stop: new AbortController(),
        };

        const weight = (entry) => entry.request.body.length + (entry.response?.body.length ?? 0) + 500;

        async function followJournal() {
          let failures = 0;
          for (;;) {
            while (journal.paused) await new Promise((resume) => { journal.resume = resume; });
            const stop = journal.stop.signal;
            try {
              const query = journal.newest === null ? "limit=500"
                : `after=${journal.newest}&limit=500&wait_seconds=20`;
              const page = await call("GET", `/journal?${query}`, undefined, { seconds: 40, stop });
              if (stop.aborted) continue;
              link("live");
              failures = 0;
              takePage(page);
              // A busy server is asked a few times a second, not a few thousand times.
              if (page.entries.length > 0) await pause(120);
            } catch (error) {
              if (stop.aborted) continue;
              failures += 1;
              // The server may be another one when it answers again.
              journal.newest = null;
              if (error instanceof Refusal) showEmpty(error.message);
              await pause(Math.min(4000, 400 * 2 ** failures));
            }
          }
        }

        const pause = (milliseconds) => new Promise((resume) => { setTimeout(resume, milliseconds); });

        function takePage(page) {
          const isFirst = journal.newest === null;
          const numbers = page.entries.map((entry) => entry.number);
          if (!isFirst && page.last < journal.newest) {
            // It was cleared, and counts from 1 again.
            journal.newest = null;
            return;
          }
          if (!isFirst && numbers.length > 0 && page.last - numbers.at(-1) > keptEntries) {
            // It grows faster than it can be read: the newest ones are worth more than all.
            journal.newest = null;
            return;
          }
          journal.newest = numbers.at(-1) ?? page.last;
          journal.last = page.last;
          if (isFirst) {
            journal.entries = [];
            journal.characters = 0;
          }
          for (const entry of page.entries) {
            journal.entries.push(entry);
            journal.characters += weight(entry);
          }
          let dropped = 0;
          while (journal.entries.length - dropped > keptEntries
            || (journal.characters > keptCharacters && journal.entries.length - dropped > 1)) {
            journal.characters -= weight(journal.entries[dropped]);
            dropped += 1;
          }
          journal.entries.splice(0, dropped);
          if (isFirst) listAll();
          else listNew(page.entries);
          if (page.entries.length > 0 || isFirst) changed();
        }

        // Requests have come, or a lever was moved: what is shown of the state may be old.
        function changed() {
          refreshState();
          refreshFaults();
          if (view === "webhooks") refreshDeliveries();
        }

        function togglePause() {
          journal.paused = !journal.paused;
          $("pause").setAttribute("aria-pressed", String(journal.paused));
          $("pause").textContent = journal.paused ? "Resume" : "Pause";
          if (journal.paused) {
            restart();
            link("paused");
          } else {
            link("live");
            journal.resume?.();
          }
          say(journal.paused ? "Journal paused" : "Journal goes on");
        }

        // Ends the call that waits, so that the next one begins at once.
        function restart() {
          journal.stop.abort();
          journal.stop = new AbortController();
        }

        async function clearJournal() {
          await call("DELETE", "/journal");
          forgetJournal();
        }

        function forgetJournal() {
          Object.assign(journal, { newest: null, last: 0, entries: [], characters: 0 });
          listAll();
          restart();
        }

        views.journal = () => { if (list.following) scrollToEnd(); };
        """#

    /// The list of exchanges: filters, selection and keys.
    static let list = #"""
        const list = { selected: null, following: true, unseen: 0 };

        const filters = () => ({
          text: $("filter-text").value.trim().toLowerCase(),
          operation: $("filter-operation").value.trim().toLowerCase(),
          status: $("filter-status").value,
        });

        function passes(entry, { text, operation, status }) {
          if (operation && !(entry.operation ?? "").toLowerCase().includes(operation)) return false;
          if (status === "none" && entry.status) return false;
          if (status === "fault" && !entry.fault) return false;
          if (/\d/.test(status) && !String(entry.status ?? "").startsWith(status)) return false;
          return !text || haystacks(entry).some((part) => part.toLowerCase().includes(text));
        }

        function* messageTexts(message) {
          if (!message) return;
          for (const { name, value } of message.headers) yield `${name}: ${value}`;
          yield message.body;
        }

        const haystacks = (entry) => [
          `${entry.method} ${entry.target}`, entry.operation ?? "", ...messageTexts(entry.request),
          ...messageTexts(entry.response),
        ];

        function statusKind(entry) {
          if (!entry.status || entry.status >= 500) return "bad";
          return entry.status >= 400 ? "warn" : entry.status >= 300 ? "" : "good";
        }

        function rowOf(entry) {
          return el("div", {
            class: "row", role: "option", id: `x${entry.number}`,
            "aria-selected": String(list.selected === entry.number),
          },
            el("span", {}, String(entry.number)), el("span", {}, clockTime(entry.time)),
            el("span", {}, entry.method),
            el("span", { title: entry.target }, entry.target),
            el("span", {}, entry.operation ?? ""),
            el("span", { class: `${statusKind(entry)}${entry.fault ? " met" : ""}` }, 
              entry.status ? String(entry.status) : "none",
              entry.fault ? [" ", el("span", { class: "tag warn", title: words(entry.fault.kind) }, "fault")] : null));
        }

        function listAll() {
          const chosen = filters();
          $("rows").replaceChildren(...journal.entries.filter((entry) => passes(entry, chosen)).map(rowOf));
          const isThere = ({ number, time }) => number === list.selected && time === list.time;
          if (!journal.entries.some(isThere)) select(null);
          else mark($(`x${list.selected}`));
          list.unseen = 0;
          tally();
          if (list.following) scrollToEnd();
        }

        function listNew(entries) {
          const chosen = filters();
          const rows = $("rows");
          const added = entries.filter((entry) => passes(entry, chosen)).map(rowOf);
          rows.append(...added);
          const oldest = journal.entries[0]?.number ?? 0;
          const before = rows.scrollHeight;
          while (rows.firstElementChild && Number(rows.firstElementChild.id.slice(1)) < oldest) {
            rows.firstElementChild.remove();
          }
          if (list.following) scrollToEnd();
          else {
            rows.scrollTop -= before - rows.scrollHeight;
            list.unseen += added.length;
          }
          tally();
        }

        function tally() {
          const shown = $("rows").childElementCount, all = journal.entries.length;
          const kept = all < journal.last ? `the newest ${plural(all, "exchange")}` : plural(all, "exchange");
          $("tally").textContent = shown === all ? kept : `${shown} of ${kept}`;
          if (shown === 0) {
            showEmpty(all > 0 ? "No exchange passes the filters." : "No request has come yet. Point a client at "
              + `${location.origin}, with the credentials that the mock printed.`);
          } else showEmpty("");
          $("newer").hidden = list.unseen === 0;
          $("newer").textContent = `${plural(list.unseen, "newer one", "newer ones")} ↓`;
        }

        function showEmpty(text) {
          $("rows-empty").hidden = !text;
          $("rows-empty").textContent = text;
        }

        function scrollToEnd() {
          list.following = true;
          list.unseen = 0;
          $("newer").hidden = true;
          $("rows").scrollTop = $("rows").scrollHeight;
        }

        function mark(row) {
          const old = $("rows").querySelectorAll("[aria-selected=true]");
          for (const one of old) one.setAttribute("aria-selected", "false");
          row?.setAttribute("aria-selected", "true");
          if (row) $("rows").setAttribute("aria-activedescendant", row.id);
          else $("rows").removeAttribute("aria-activedescendant");
        }

        function select(number, scroll = true) {
          const entry = journal.entries.find((one) => one.number === number) ?? null;
          list.selected = entry?.number ?? null;
          list.time = entry?.time;
          const row = entry ? $(`x${entry.number}`) : null;
          mark(row);
          if (scroll) row?.scrollIntoView({ block: "nearest" });
          document.querySelector(".panes").classList.toggle("open", entry !== null);
          showDetail(entry);
        }

        // One exchange up or down, ten, or all; from nowhere it begins at the end.
        function move(step) {
          const rows = [...$("rows").children];
          if (rows.length === 0) return;
          const at = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
          const end = rows.length - 1;
          const next = at < 0 && step !== -Infinity ? end : Math.max(0, Math.min(end, at + step));
          list.following = step === Infinity;
          select(Number(rows[next].id.slice(1)));
          if (list.following) scrollToEnd();
        }

        function startList() {
          const rows = $("rows");
          rows.addEventListener("click", (event) => {
            const row = event.target.closest(".row");
            if (row) select(Number(row.id.slice(1)), false);
          });
          rows.addEventListener("scroll", () => {
            list.following = rows.scrollHeight - rows.scrollTop - rows.clientHeight < 30;
            if (list.following && list.unseen > 0) scrollToEnd();
          }, { passive: true });
          const steps = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity };
          rows.addEventListener("keydown", (event) => {
            if (event.ctrlKey || event.metaKey || event.altKey) return;
            if (event.key in steps) move(steps[event.key]);
            else if (event.key === "Enter" && list.selected !== null) $("detail").focus();
            else return;
            event.preventDefault();
          });
          let timer;
          $("filters").addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(listAll, 80); });
          $("filters").addEventListener("submit", (event) => { event.preventDefault(); listAll(); });
          $("newer").addEventListener("click", scrollToEnd);
          $("pause").addEventListener("click", togglePause);
          $("clear").addEventListener("click", acts($("clear"), $("rows-empty"), clearJournal));
        }
        """#
}
