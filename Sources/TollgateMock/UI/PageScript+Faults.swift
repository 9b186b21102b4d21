extension PageScript {
    /// What goes wrong on purpose.
    static let faults = #"""
        const number = (name, value, label = title(name), required = true) =>
          ({ name, label, value, type: "number", required });
        const text = (name, value = "", label = title(name), required = false) =>
          ({ name, label, value, type: "text", required });
        const byClock = { name: "clock", label: "By the clock of", type: "choice", options: ["mock", "machine"] };

        const faultKinds = {
          status: ["A status", "Nothing is done. Without a body, the answer is the service's own form of an error.", [
            number("status", 503), text("retry_after"), text("body"), text("content_type")]],
          rate_limit: ["Rate limit", "429 in the service's own form, and Retry-After. Nothing is done.", [
            number("retry_after_seconds", 1, "Retry after, s")]],
          reset: ["Connection reset", "The connection ends without an answer.", [
            { name: "moment", label: "Moment", type: "choice", options: ["before_applied", "after_applied"] }]],
          delay: ["Delay", "The answer comes later. While the mock's clock stands still, until it is moved.", [
            number("seconds", 2, "Seconds"), byClock]],
          uniform_delay: ["Delay between two bounds", "Drawn from the server's seed.", [
            number("from_seconds", 0.1, "From, s"), number("to_seconds", 2, "To, s"), byClock]],
          exponential_delay: ["Delay, mostly short", "Exponential, drawn from the server's seed.", [
            number("mean_seconds", 0.5, "Mean, s"), byClock]],
          drip: ["Slow drip", "The body comes in small pieces.", [
            number("bytes", 8, "Bytes a piece"), number("seconds", 0.2, "Pause, s"), byClock]],
          slow_head: ["Slow head", "The lines of the answer's head come one by one.", [
            number("seconds", 0.5, "Pause, s"), byClock]],
          truncate: ["Truncated body", "The connection ends in the body, whose whole length was promised.", [
            number("bytes", 10, "Bytes that come")]],
          break_off: ["Stream broken off", "Only a streamed answer: any other comes whole.", [
            number("pieces", 2, "Pieces that come")]],
          malformed_json: ["Malformed JSON", "The body lacks its last byte.", []],
          malformed_chunks: ["Malformed chunks", "The second chunk of the body has no length.", []],
          content: ["Another content", "What was asked is done; the answer has another type, or another body too.", [
            text("content_type", "text/html", "Content type", true), text("body")]],
          redirect: ["Redirect", "Nothing is done.", [
            text("location", "https://example.com/", "Location", true), number("status", 307)]],
          oversized: ["Oversized body", "Spaces at its end make it so long.", [number("bytes", 1000000, "Bytes")]],
        };

        const schedules = {
          next: [number("next", 1, "Requests")], every: [number("every", 3, "n")],
          probability: [number("probability", 0.1, "Probability"), number("seed", "", "Seed", false)], always: [],
        };

        function fieldOf(prefix, { name, label, value, type, options, required }) {
          const attributes = { "data-member": name, "data-pointer": `${prefix}/${name}`, "data-type": type };
          const input = type === "choice"
            ? el("select", attributes, options.map((option) => el("option", { value: option }, words(option))))
            : el("input", {
              ...attributes, value, autocomplete: "off", spellcheck: "false", class: type === "text" ? "mono" : null,
              inputmode: type === "number" ? "decimal" : null, size: type === "number" ? 8 : 18,
              placeholder: required ? null : "none", required,
            });
          return el("label", { class: "field" }, el("span", {}, label), input);
        }

        // The members that are filled in. What is no number is sent as it is, so that the server says what is wrong.
        function members(container) {
          const found = {};
          for (const input of container.querySelectorAll("[data-member]")) {
            const value = input.value.trim();
            if (value === "" && !input.required) continue;
            const isWanted = input.dataset.type === "number" && value !== "" && !Number.isNaN(Number(value));
            found[input.dataset.member] = isWanted ? Number(value) : value;
          }
          return found;
        }

        function showFaultForm() {
          const [, note, fields] = faultKinds[$("fault-kind").value];
          $("fault-fields").replaceChildren(...fields.map((field) => fieldOf("/fault", field)));
          $("fault-note").textContent = note;
        }

        function showTarget() {
          const target = $("fault-target").value, input = $("fault-target-value");
          $("fault-target-field").hidden = target === "all";
          $("fault-target-name").textContent = target === "path" ? "Path, * for any text" : "Operation";
          input.placeholder = target === "path" ? "/mgt/v1/gate/*" : "stoa.createEvent";
          input.dataset.pointer = `/${target}`;
          if (target === "path") input.removeAttribute("list");
          else input.setAttribute("list", "operations");
        }

        const showSchedule = () => $("schedule-fields").replaceChildren(
          ...schedules[$("fault-schedule").value].map((field) => fieldOf("", field)));

        async function injectFault() {
          const form = $("fault-form"), target = $("fault-target").value, schedule = $("fault-schedule").value;
          for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
          const request = { fault: { kind: $("fault-kind").value, ...members($("fault-fields")) } };
          if (target !== "all") request[target] = $("fault-target-value").value.trim();
          Object.assign(request, schedule === "always" ? { always: true } : members($("schedule-fields")));
          try {
            const { id } = await call("POST", "/faults", request);
            say(`Fault ${id} waits for requests`);
          } catch (error) {
            const inputs = [...form.querySelectorAll("[data-pointer]")].filter((input) =>
              error.violations?.some(({ pointer }) => pointer === input.dataset.pointer));
            if (error.status === 404) inputs.push($("fault-target-value"));
            for (const input of inputs) input.setAttribute("aria-invalid", "true");
            inputs[0]?.focus();
            throw error;
          }
          refreshFaults();
        }

        const refreshFaults = lazily(() => (view === "faults" ? 150 : 600), async () => {
          const { faults } = await call("GET", "/faults");
          $("fault-count").hidden = faults.length === 0;
          $("fault-count").textContent = faults.length;
          $("fault-count").setAttribute("aria-label", plural(faults.length, "fault"));
          $("faults-clear").hidden = faults.length === 0;
          const content = faults.length === 0 ? empty("No fault waits: every request is answered as it should be.")
            : table(faults.map(faultRow), "Faults", (row) => {
              const button = el("button", { type: "button", "aria-label": `Remove fault ${row.id}` }, "Remove");
              button.addEventListener("click", acts(button, $("fault-form").querySelector(".error"), async () => {
                // One that is not found is over.
                await call("DELETE", `/faults/${row.id}`).catch((error) => { if (error.status !== 404) throw error; });
                say(`Fault ${row.id} is removed`);
                refreshFaults();
              }));
              return button;
            });
          replace($("fault-list"), JSON.stringify(faults), content);
        });

        function faultRow({ id, fault, operation, path, next, every, probability, seed, met }) {
          const { kind, ...rest } = fault;
          const details = Object.entries(rest).map(([name, value]) =>
            name === kind ? cellText(value) : name === "moment" ? words(value) : `${words(name)} ${cellText(value)}`)
            .join(", ");
          const schedule = next !== undefined ? `the next ${next}` : every !== undefined ? `every ${every}`
            : probability === undefined ? "always"
            : `by probability ${probability}${seed ? `, seed ${seed}` : ""}`;
          const text = details ? `${words(kind)}${kind in rest ? "" : ":"} ${details}` : words(kind);
          return { id, fault: text, target: operation ?? path ?? "all", schedule, met };
        }

        function faultFor(operation) {
          go("faults");
          $("fault-target").value = "operation";
          showTarget();
          $("fault-target-value").value = operation;
          setTimeout(() => $("fault-kind").focus(), 0);
        }

        function startFaults() {
          const form = $("fault-form"), error = form.querySelector(".error"), remove = $("faults-clear");
          $("fault-kind").replaceChildren(...Object.entries(faultKinds).map(([kind, [name]]) =>
            el("option", { value: kind }, name)));
          $("fault-kind").addEventListener("change", showFaultForm);
          $("fault-target").addEventListener("change", showTarget);
          $("fault-schedule").addEventListener("change", showSchedule);
          form.addEventListener("submit", acts(form.querySelector(".primary"), error, injectFault));
          remove.addEventListener("click", acts(remove, error, async () => {
            await call("DELETE", "/faults");
            say("All faults are removed");
            refreshFaults();
          }));
          showFaultForm();
          showTarget();
          showSchedule();
        }

        views.faults = refreshFaults;
        """#
}
