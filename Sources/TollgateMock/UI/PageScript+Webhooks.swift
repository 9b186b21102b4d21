extension PageScript {
    /// What the services tell others.
    static let webhooks = #"""
        const senders = {
          stoa: [["balance.low", "balance.depleted", "payment.succeeded", "payment.failed", "subscription.updated"],
            { user_id: "user_123" }],
          stripe: [["customer.subscription.created", "customer.subscription.deleted", "invoice.paid",
            "invoice.payment_failed"], { customer: "cus_123" }],
        };

        function startWebhooks() {
          const form = $("webhook-form");
          form.append(
            el("fieldset", {}, el("legend", {}, "What happens"),
              el("label", { class: "field" }, el("span", {}, "Service"),
                el("select", { id: "hook-service" }, Object.keys(senders).map((name) =>
                  el("option", { value: name }, names[name])))),
              el("label", { class: "field" }, el("span", {}, "Event"),
                el("input", { id: "hook-event", class: "mono", list: "hook-events", size: 28, autocomplete: "off",
                  spellcheck: "false", "data-pointer": "/event" })),
              el("datalist", { id: "hook-events" }),
              el("label", { class: "field grow" }, el("span", {}, "Data"),
                el("input", { id: "hook-data", class: "mono", autocomplete: "off", spellcheck: "false",
                  "data-pointer": "/data" }))),
            el("fieldset", {}, el("legend", {}, "Who hears of it"),
              el("label", { class: "field grow" }, el("span", {}, "URL"),
                el("input", { id: "hook-url", class: "mono", type: "url", placeholder: "http://127.0.0.1:8080/webhooks",
                  autocomplete: "off", spellcheck: "false", "data-pointer": "/url" })),
              el("button", { type: "button", id: "hook-target", title: "Webhooks of the service go there from now on" },
                "Keep as target")),
            el("fieldset", {}, el("legend", {}, "When and how often"),
              el("label", { class: "field" }, el("span", {}, "After, s"),
                el("input", { id: "hook-after", inputmode: "decimal", size: 8, value: 0,
                  "data-pointer": "/after_seconds" })),
              el("label", { class: "field" }, el("span", {}, "Copies"),
                el("input", { id: "hook-copies", inputmode: "numeric", size: 5, value: 1, "data-pointer": "/copies" })),
              el("label", { class: "field" }, el("input", { id: "hook-hold", type: "checkbox" }),
                el("span", {}, "Hold until it is sent from the list below, in any order"))),
            el("p", { class: "error", role: "alert", hidden: true }),
            el("p", { class: "actions" }, el("button", { class: "primary" }, "Send")));
          const error = form.querySelector(".error"), send = form.querySelector(".primary"), target = $("hook-target");
          $("hook-service").addEventListener("change", showSender);
          form.addEventListener("submit", acts(send, error, sendWebhook));
          target.addEventListener("click", acts(target, error, async () => {
            await call("PUT", `/webhooks/targets/${$("hook-service").value}`, { url: $("hook-url").value.trim() });
            flash(target, "Kept");
            showSender();
          }));
          showSender();
        }

        async function showSender() {
          const service = $("hook-service").value, [events, data] = senders[service];
          $("hook-events").replaceChildren(...events.map((event) => el("option", { value: event })));
          if (!events.includes($("hook-event").value)) {
            $("hook-event").value = events[0];
            $("hook-data").value = JSON.stringify(data);
          }
          if (view !== "webhooks") return;
          try {
            const { targets } = await call("GET", "/webhooks/targets");
            $("hook-url").placeholder = targets[service] ?? "http://127.0.0.1:8080/webhooks";
            if (targets[service] && $("hook-url").value === targets[service]) $("hook-url").value = "";
          } catch { /* The field has an example then. */ }
        }

        async function sendWebhook() {
          const form = $("webhook-form");
          for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
          const given = (id) => $(id).value.trim();
          const amount = (id) => Number.isNaN(Number(given(id))) ? given(id) : Number(given(id));
          const request = { service: given("hook-service"), event: given("hook-event") };
          try {
            if (given("hook-data")) request.data = JSON.parse(given("hook-data"));
          } catch (error) {
            $("hook-data").setAttribute("aria-invalid", "true");
            $("hook-data").focus();
            throw new Error(`The data is not JSON: ${error.message}`);
          }
          if (given("hook-url")) request.url = given("hook-url");
          if (given("hook-after") && amount("hook-after") !== 0) request.after_seconds = amount("hook-after");
          if (given("hook-copies") && amount("hook-copies") !== 1) request.copies = amount("hook-copies");
          if ($("hook-hold").checked) request.hold = true;
          try {
            const { deliveries } = await call("POST", "/webhooks/send", request, { seconds: 60 });
            say(deliveries.map((one) => `Delivery ${one.id} is ${one.state}`).join(", "));
          } catch (error) {
            const wrong = [...form.querySelectorAll("[data-pointer]")].filter((input) =>
              error.violations?.some(({ pointer }) => pointer.startsWith(input.dataset.pointer)));
            for (const input of wrong) input.setAttribute("aria-invalid", "true");
            wrong[0]?.focus();
            throw error;
          } finally {
            refreshDeliveries();
          }
          refreshState();
        }

        const refreshDeliveries = lazily(() => 150, async () => {
          const { deliveries } = await call("GET", "/webhooks/deliveries");
          const key = JSON.stringify(deliveries);
          if ($("delivery-list").dataset.key === key) return;
          const open = $("delivery-list").querySelectorAll("details[open]");
          const opened = new Set([...open].map((one) => one.dataset.id));
          replace($("delivery-list"), key, deliveries.length === 0
            ? empty("Nothing was sent, and nothing waits. Webhooks are signed with the secrets that the mock printed.")
            : [el("div", { class: "boxed" }, [...deliveries].reverse().map((one) => deliveryRow(one, opened)))]);
        });

        const deliveryKinds = { delivered: "good", failed: "bad", waiting: "", held: "warn" };

        function deliveryRow({ id, service, event, url, state, due, body: sent, attempts }, opened) {
          const button = el("button", { type: "button", "aria-label": `Send delivery ${id}` },
            attempts.length > 0 ? "Send again" : "Send now");
          const error = el("p", { class: "error", role: "alert", hidden: true });
          button.addEventListener("click", acts(button, error, async () => {
            const after = await call("POST", `/webhooks/deliveries/${id}/send`, undefined, { seconds: 60 });
            say(`Delivery ${id} is ${after.state}`);
            refreshDeliveries();
          }));
          const last = attempts.at(-1);
          const outcome = last ? last.status ? `answered ${last.status}` : last.error ?? "no answer"
            : state === "waiting" ? `due at ${wholeTime(due)}` : "";
          const content = { headers: last?.headers ?? [], body: sent, body_bytes: sent.length, body_encoding: "text" };
          return el("div", { class: "scenario delivery", "data-delivery": id },
            el("h2", { class: "mono" }, `${id}. ${names[service] ?? service} ${event} `,
              el("span", { class: `tag ${deliveryKinds[state] ?? ""}` }, state)), button,
            el("p", {}, `${url}${outcome ? ` — ${outcome}` : ""}`
              + `${attempts.length > 1 ? `, ${plural(attempts.length, "attempt")}` : ""}`),
            el("details", { "data-id": id, open: opened.has(String(id)) }, el("summary", {}, "Body and headers"),
              content.headers.length > 0
                ? el("dl", { class: "facts mono" }, content.headers.map((one) => fact(one.name, one.value))) : null,
              body({ ...content, headers: [{ name: "content-type", value: "application/json" }] })), error);
        }

        views.webhooks = () => {
          showSender();
          refreshDeliveries();
        };
        """#

    /// Shortcuts, dialogs, theme, and the beginning.
    static let keys = #"""
        const places = { j: "journal", s: "state", f: "faults", n: "scenarios", w: "webhooks" };
        let goes = 0;

        const press = (selector) => () => document.querySelector(selector).click();

        const shortcuts = {
          "?": () => $("help").showModal(),
          "/": () => { go("journal"); setTimeout(() => $("filter-text").select(), 0); },
          j: () => { go("journal"); move(1); }, k: () => { go("journal"); move(-1); },
          c: () => { if (list.selected !== null) press("#copy-curl")(); },
          p: togglePause, f: press("#clock-freeze"), t: press("#theme"),
          1: press("[data-advance='60']"), 2: press("[data-advance='3600']"), 3: press("[data-advance='86400']"),
          g: () => { goes = Date.now(); },
        };

        function onKey(event) {
          if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
          const field = event.target.closest?.("input, select, textarea");
          if (event.key === "Escape") {
            if (field) $("rows").focus();
            else if (view === "journal" && list.selected !== null) leaveDetail();
            return;
          }
          if (field && field.type !== "checkbox") return;
          const place = Date.now() - goes < 1500 ? places[event.key] : undefined;
          if (event.key !== "g") goes = 0;
          const action = place ? () => { go(place); $("content").focus(); } : shortcuts[event.key];
          if (!action) return;
          event.preventDefault();
          action();
        }

        const themes = ["system", "light", "dark"];

        function setTheme(theme) {
          document.documentElement.dataset.theme = theme;
          $("theme").textContent = theme === "system" ? "Auto" : title(theme);
          $("theme").setAttribute("aria-label", `Theme: ${theme}`);
          try { localStorage.setItem("tollgate-theme", theme); } catch { /* It is not kept, then. */ }
        }

        function startDialogs() {
          let theme = "system";
          try { theme = localStorage.getItem("tollgate-theme"); } catch { /* None was kept. */ }
          setTheme(themes.includes(theme) ? theme : "system");
          $("theme").addEventListener("click", () => {
            setTheme(themes[(themes.indexOf(document.documentElement.dataset.theme) + 1) % themes.length]);
          });
          $("help-open").addEventListener("click", () => $("help").showModal());
          $("reset-open").addEventListener("click", () => $("reset").showModal());
          $("reset").querySelector("[data-close]").addEventListener("click", () => $("reset").close());
          const form = $("reset-form"), error = form.querySelector(".error");
          form.addEventListener("submit", acts(form.querySelector(".danger"), error, async () => {
            const seed = $("reset-seed").value.trim();
            const isNumber = seed !== "" && !Number.isNaN(Number(seed));
            await call("POST", "/state/reset", seed ? { seed: isNumber ? Number(seed) : seed } : {});
            $("reset").close();
            $("reset-seed").value = "";
            kept.history.clear();
            forgetJournal();
            refreshClock();
            changed();
            say("The mock is as new");
          }));
        }

        async function loadOperations() {
          for (;;) {
            try {
              const { operations } = await call("GET", "/operations");
              $("operations").replaceChildren(...operations.map((one) =>
                el("option", { value: one.operation }, `${one.method} ${one.path}`)));
              return;
            } catch (error) {
              if (error instanceof Refusal) return;
              await pause(3000);
            }
          }
        }

        $("origin").textContent = location.host;
        startDialogs();
        startList();
        startClock();
        startFaults();
        startWebhooks();
        select(null);
        showEmpty("Connecting…");
        setInterval(() => { if (!document.hidden && view === "state") refreshState(); }, 5000);
        addEventListener("hashchange", show);
        document.addEventListener("keydown", onKey);
        document.addEventListener("visibilitychange", () => { if (!document.hidden) changed(); });
        document.querySelector(".skip").addEventListener("click", (event) => {
          event.preventDefault();
          (view === "journal" ? $("rows") : $("content")).focus();
        });
        show();
        refreshClock();
        refreshFaults();
        refreshState();
        loadOperations();
        followJournal();
        """#
}
