extension PageScript {
    /// The time of the mock, and how it is moved.
    static let clock = #"""
        const clock = { time: 0, frozen: null, read: 0 };

        function readClock({ time, frozen }) {
          clock.time = Date.parse(time);
          clock.read = Date.now();
          if (frozen !== clock.frozen) {
            clock.frozen = frozen;
            $("clock-state").textContent = frozen ? "frozen" : "running";
            $("clock-state").classList.toggle("warn", frozen);
            $("clock-freeze").textContent = frozen ? "Resume" : "Freeze";
          }
          tick();
        }

        function tick() {
          if (clock.read === 0) return;
          const now = clock.frozen ? clock.time : clock.time + Date.now() - clock.read;
          const text = new Date(now).toISOString().slice(0, 19);
          if ($("clock-time").dateTime === `${text}Z`) return;
          $("clock-time").dateTime = `${text}Z`;
          $("clock-time").textContent = text.replace("T", " ");
        }

        const refreshClock = lazily(() => 50, async () => { readClock(await call("GET", "/clock")); });

        async function advance(seconds) {
          readClock(await call("POST", "/clock/advance", { seconds }));
          say(`The clock is at ${$("clock-time").textContent}`);
          changed();
        }

        async function freezeOrResume() {
          readClock(await call("PATCH", "/clock", { frozen: !clock.frozen }));
          say(clock.frozen ? "The clock stands still" : "The clock runs");
          changed();
        }

        // 2026-01-02, 2026-01-02 03:04, 2026-01-02T03:04:05.678Z; always UTC.
        function readTime(text) {
          const found = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d+)?)?)?Z?$/.exec(text.trim());
          const time = found ? `${found[1]}T${found[2] ?? "00:00"}${found[3] ?? ":00"}Z` : "";
          if (!found || Number.isNaN(Date.parse(time))) throw new Error("A time looks like 2026-01-02 03:04:05.");
          return time;
        }

        function startClock() {
          const error = $("clock-error"), freeze = $("clock-freeze");
          freeze.addEventListener("click", acts(freeze, error, freezeOrResume));
          for (const button of document.querySelectorAll("[data-advance]")) {
            button.addEventListener("click", acts(button, error, () => advance(Number(button.dataset.advance))));
          }
          const form = $("clock-set"), input = $("clock-value");
          form.addEventListener("submit", acts(form.querySelector("button"), error, async () => {
            input.setAttribute("aria-invalid", "true");
            const time = readTime(input.value);
            input.removeAttribute("aria-invalid");
            readClock(await call("PATCH", "/clock", { time }));
            input.value = "";
            say(`The clock stands still at ${$("clock-time").textContent}`);
            changed();
          }));
          setInterval(tick, 200);
          setInterval(() => { if (!document.hidden) refreshClock(); }, 10000);
        }
        """#

    /// States that have a name.
    static let scenarios = #"""
        async function refreshScenarios() {
          const list = $("scenario-list");
          try {
            const { scenarios, pending, failures } = await call("GET", "/scenarios");
            fail($("scenario-error"), null);
            const waiting = pending > 0 ? [el("p", { class: "muted", id: "pending" },
              `${plural(pending, "part")} of scripts still to come, at their times or after their calls.`)] : [];
            const failed = (failures ?? []).map((one) => el("p", { class: "error" }, cellText(one)));
            const rows = scenarios.length === 0 ? [empty("The mock knows no scenario.")]
              : [el("div", { class: "boxed" }, scenarios.map(scenarioRow))];
            replace(list, JSON.stringify([scenarios, pending, failures]), waiting, failed, rows);
          } catch (error) {
            fail($("scenario-error"), error);
          }
        }

        function scenarioRow({ name, summary, description, includes }) {
          const button = el("button", { type: "button", "aria-label": `Run ${name}` }, "Run");
          const done = el("p", { role: "status", hidden: true });
          button.addEventListener("click", acts(button, done, async () => {
            const { steps, pending } = await call("POST", `/scenarios/${encodeURIComponent(name)}/run`, undefined);
            done.classList.remove("error");
            refreshClock();
            changed();
            const text = `Done: ${plural(steps, "step")}${pending > 0 ? `; ${pending} of the script to come` : ""}.`;
            // After the message of the button is put away.
            setTimeout(() => { done.hidden = false; done.textContent = text; }, 0);
          }));
          return el("div", { class: "scenario" }, el("h2", { class: "mono" }, name), button,
            el("p", {}, marked(summary)),
            description && description !== summary ? el("p", {}, marked(description)) : null,
            includes.length > 0 ? el("p", {}, `Includes ${includes.join(", ")}.`) : null, done);
        }

        views.scenarios = refreshScenarios;
        """#
}
