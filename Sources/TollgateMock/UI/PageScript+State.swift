extension PageScript {
    /// What the services keep: gauges first, then all of it as tables.
    static let state = #"""
        const kept = { state: null, history: new Map() };

        const refreshState = lazily(() => (view === "state" ? 250 : 1500), async () => {
          if (document.hidden && kept.state) return;
          try {
            takeState(await call("GET", "/state"));
            fail($("state-error"), null);
          } catch (error) {
            fail($("state-error"), error instanceof Refusal ? error : null);
            throw error;
          }
        });

        function takeState(state) {
          // Fewer requests than before: it was reset, or is another server.
          if (kept.state && state.requests < kept.state.requests) kept.history.clear();
          kept.state = state;
          readClock(state);
          const groups = gaugeGroups(state);
          for (const { items } of groups) items.forEach(remember);
          if (view === "state") showState(groups);
        }

        function showState(groups) {
          // As time goes on, the lines grow longer.
          const drawn = groups.flatMap(({ items }) => items.map((item) => [item.key, item.text, item.limit]));
          replace($("gauges"), JSON.stringify([Math.floor(Date.now() / 5000), drawn]),
            el("div", { class: "gauges" }, groups.flatMap(gaugeCards)));
          const services = Object.entries(kept.state).filter(([, value]) => value && typeof value === "object");
          const wanted = new Set(services.map(([name]) => `state-${name}`));
          for (const old of [...$("tables").children]) if (!wanted.has(old.id)) old.remove();
          for (const [name, value] of services) {
            const section = $(`state-${name}`) ?? el("section", { id: `state-${name}` });
            if (!section.isConnected) $("tables").append(section);
            if (section.dataset.key === JSON.stringify(value)) continue;
            const closed = new Set([...section.querySelectorAll("details:not([open])")].map((one) => one.dataset.name));
            replace(section, JSON.stringify(value), serviceState(name, value, closed));
          }
          if (services.length === 0) replace($("tables"), "none", empty("The services keep nothing yet."));
        }

        const names = { stoa: "Stoa", vluna: "Vluna", togo: "togo billing", aikit: "AI Kit", stripe: "Stripe" };

        // Whatever is there is shown: lists of objects as tables, other values as facts, what is empty in one line.
        function serviceState(name, value, closed) {
          const facts = [], tables = [], blank = [];
          for (const [member, content] of Object.entries(value)) {
            if (content !== null && typeof content === "object" && Object.keys(content).length === 0) {
              blank.push(words(member));
            } else if (Array.isArray(content) && content.every(isObject)) {
              tables.push([member, content, value[`${member}_count`]]);
            } else if (isObject(content)) {
              const rows = Object.entries(content).map(([key, one]) => isObject(one) ? { name: key, ...one }
                : { name: key, value: one });
              tables.push([member, rows]);
            } else if (!/_count$/.test(member) || content > 0) facts.push([member, content]);
          }
          const counted = new Set(tables.map(([member]) => `${member}_count`));
          const shown = facts.filter(([member]) => !counted.has(member));
          return [
            el("h2", {}, names[name] ?? title(name)),
            shown.length > 0 ? el("dl", { class: "facts" }, shown.map(([member, content]) =>
              fact(title(member), cellText(content)))) : [],
            tables.map(([member, rows, count]) => el("details", {
              open: !closed.has(member), "data-name": member,
            },
              el("summary", {}, `${title(member)} (${rows.length}${count > rows.length ? ` of ${count}` : ""})`),
              table(rows, `${names[name] ?? name} ${words(member)}`))),
            blank.length > 0 ? el("p", { class: "muted" }, `None: ${blank.join(", ")}.`) : [],
          ].flat();
        }

        const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

        views.state = () => {
          if (kept.state) showState(gaugeGroups(kept.state));
          else replace($("tables"), "reading", empty("Reading the state…"));
          refreshState();
        };
        """#

    /// Balances and what is used of limits, as lines over the session and as bars.
    static let charts = #"""
        // What a row is about, what it has, and of how much, by the names of its members.
        const subjects = ["user_id", "external_id", "principal_id", "customer", "event_name", "feature_code", "name",
          "email", "api_key", "key", "id"];
        const amounts = [/^balance/, /^available/, /^spendable/, /^remaining/, /^sum$/, /^used/, /^tokens$/];
        const bounds = [/^limit/, /^quota/, /^amount/];

        const memberLike = (row, patterns) => {
          for (const pattern of patterns) {
            const name = Object.keys(row).find((one) => pattern.test(one) && isNumber(row[one]));
            if (name) return name;
          }
          return null;
        };

        function gaugeGroups(state) {
          const groups = [];
          for (const [service, content] of Object.entries(state)) {
            if (!isObject(content)) continue;
            for (const [list, rows] of Object.entries(content)) {
              if (!Array.isArray(rows) || !rows.every(isObject)) continue;
              const items = rows.slice(-24).map((row) => gaugeItem(service, list, row)).filter(Boolean);
              if (items.length > 0) {
                groups.push({ title: `${names[service] ?? title(service)} ${words(list)}`, items });
              }
            }
          }
          return groups;
        }

        function gaugeItem(service, list, row) {
          const amount = memberLike(row, amounts);
          const subject = subjects.filter((name) => row[name] !== undefined && row[name] !== null);
          if (!amount || subject.length === 0) return null;
          const bound = memberLike(row, bounds);
          const more = ["feature_code", "event_name", "kind"].filter((name) => name !== subject[0] && row[name]);
          const label = [subject[0], ...more].map((name) => row[name]).join(" ");
          const own = [service, list, row.grant_id, row.start, row.kind, ...subjects.map((name) => row[name])];
          const key = own.map((part) => part ?? "").join(" ");
          return {
            key, label, amount: amount.replace(/_(xusd|usd|minor)$/, ""), text: String(row[amount]),
            value: Number(row[amount]), unit: amount.endsWith("_xusd") ? "XUSD" : service === "stoa" ? "USD" : "",
            limit: bound && Number(row[bound]) > 0 ? Number(row[bound]) : null, isUse: amount.startsWith("used"),
            series: kept.history.get(key) ?? [],
          };
        }

        // A point for each change, with the old value just before the new one: balances jump, they do not slope.
        function remember(item) {
          const series = kept.history.get(item.key) ?? [];
          const now = Date.now();
          const last = series.at(-1);
          if (!last) series.push({ time: now, value: item.value });
          else if (last.value !== item.value) {
            series.push({ time: now - 1, value: last.value }, { time: now, value: item.value });
          }
          if (series.length > 400) series.splice(0, series.length - 400);
          kept.history.set(item.key, series);
          item.series = series;
        }

        function gaugeCards(group) {
          const highest = Math.max(...group.items.map((item) => Math.abs(item.value)), 0);
          return group.items.map((item) => el("section", {
            class: "gauge", "aria-label": `${group.title} ${item.label}`, "data-gauge": item.key,
          },
            el("h2", { class: "name mono", title: item.label }, item.label),
            el("p", { class: "value" }, amountText(item)),
            el("p", { class: "muted" }, `${group.title}: ${words(item.amount)}`
              + (item.limit === null ? "" : ` of ${item.limit.toLocaleString("en")}`)),
            spark(item), meter(item, highest)));
        }

        function amountText(item) {
          const unit = item.unit ? el("span", { class: "muted" }, ` ${item.unit}`) : null;
          return [grouped(item.text), unit];
        }

        // Digits in threes before the point; what comes after it stays.
        const grouped = (text) => text.replace(/^-?\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));

        function spark({ label, series }) {
          const width = 300, height = 28, values = series.map((point) => point.value);
          const low = Math.min(...values), high = Math.max(...values), range = high - low || 1;
          const start = series[0]?.time ?? 0, span = (Date.now() - start) * 1.03 || 1;
          const x = (time) => (((time - start) / span) * width).toFixed(1);
          const y = (value) => (height - 3 - ((high === low ? .5 : (value - low) / range) * (height - 6))).toFixed(1);
          const points = series.map((point) => `${x(point.time)},${y(point.value)}`);
          if (series.length > 0) points.push(`${width},${y(values.at(-1))}`);
          const text = series.length < 2 ? `${label}: no change in this session`
            : `${label}: from ${values[0]} to ${values.at(-1)} in this session, at least ${low}, at most ${high}`;
          return svg("svg", {
            viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", role: "img", "aria-label": text,
          }, svg("title", {}, text),
            svg("polygon", { class: "spark-area", points: `0,${height} ${points.join(" ")} ${width},${height}` }),
            svg("polyline", { class: "spark", points: points.join(" ") }));
        }

        // How much of a limit, or of the largest of its kind.
        function meter({ value, limit, isUse, label }, highest) {
          const part = Math.max(0, Math.min(1, Math.abs(value) / (limit ?? (highest || 1))));
          const kind = value < 0 || (isUse && limit && part >= 1) ? "bad" : isUse && limit && part > .8 ? "warn" : "";
          const text = limit ? `${label}: ${Math.round(part * 100)} % of the limit`
            : `${label}: ${Math.round(part * 100)} % of the largest`;
          return svg("svg", {
            class: "meter", viewBox: "0 0 300 6", preserveAspectRatio: "none", role: "img", "aria-label": text,
          }, svg("title", {}, text), svg("rect", { class: "track", width: 300, height: 6, rx: 2 }),
            svg("rect", { class: `fill ${kind}`, width: (part * 300).toFixed(1), height: 6, rx: 2 }));
        }
        """#
}
