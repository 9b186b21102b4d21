extension PageScript {
    /// Numbers, times, tables and the clipboard.
    static let format = #"""
        const thousandths = (text) => `.${text.slice(20, 23).replace("Z", "").padEnd(3, "0")}`;

        // Hours to seconds, and the rest for those who have room.
        const clockTime = (text) => [text.slice(11, 19), el("i", {}, thousandths(text))];

        // 2026-01-02T03:04:05.678901Z as people read it.
        const wholeTime = (text) => `${text.slice(0, 10)} ${text.slice(11, 19)}${thousandths(text)}`;

        // What stands between backticks as code.
        const marked = (text) => text.split("`").map((part, index) => index % 2 === 1 ? el("code", {}, part) : part);

        function size(bytes) {
          if (bytes < 1000) return `${bytes} B`;
          if (bytes < 1e6) return `${(bytes / 1000).toFixed(1)} kB`;
          return `${(bytes / 1e6).toFixed(1)} MB`;
        }

        const plural = (count, one, many = one + "s") => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

        const words = (name) => name.replace(/([a-z])([A-Z])/g, "$1 $2").replaceAll("_", " ");

        const title = (name) => {
          const text = words(name).replace(/\b(id|usd|xusd|url)\b/g, (word) => word.toUpperCase());
          return text.charAt(0).toUpperCase() + text.slice(1);
        };

        const isTime = (value) => typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value);

        const isNumber = (value) => typeof value === "number"
          || (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value));

        function cellText(value) {
          if (value === null || value === undefined) return "–";
          if (isTime(value)) return wholeTime(value);
          if (typeof value === "boolean") return value ? "yes" : "no";
          if (Array.isArray(value) && value.every((one) => typeof one !== "object")) return value.join(", ") || "–";
          return typeof value === "object" ? JSON.stringify(value) : String(value);
        }

        // Objects as rows, in the order of their members; the last column is for what can be done with a row.
        function table(rows, label, actions) {
          const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
          const numeric = new Set(names.filter((name) => {
            const values = rows.map((row) => row[name]).filter((value) => value !== null && value !== undefined);
            return values.length > 0 && values.every(isNumber) && !/(^|_)id$/.test(name);
          }));
          const cell = (row, name) => {
            const text = cellText(row[name]);
            const kind = numeric.has(name) ? "num mono" : text.length > 44 ? "long mono" : "mono";
            return el("td", { class: kind }, text);
          };
          return el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label },
            el("table", { "aria-label": label },
              el("thead", {}, el("tr", {}, names.map((name) =>
                el("th", { scope: "col", class: numeric.has(name) ? "num" : null }, title(name))),
                actions ? el("th", { scope: "col" }, el("span", { class: "hidden" }, "Actions")) : null)),
              el("tbody", {}, rows.map((row) => el("tr", {}, names.map((name) => cell(row, name)),
                actions ? el("td", { class: "end" }, actions(row)) : null)))));
        }

        const empty = (text) => el("p", { class: "empty" }, text);

        // Puts new content where old content was, unless they are equal: selections, scrolling and focus stay.
        function replace(node, key, ...content) {
          if (node.dataset.key === key) return false;
          node.dataset.key = key;
          node.replaceChildren(...content.flat());
          return true;
        }

        async function copy(text, button) {
          try {
            if (navigator.clipboard) await navigator.clipboard.writeText(text);
            else copyOldWay(text);
            say("Copied");
            flash(button, "Copied");
          } catch {
            flash(button, "Not copied");
          }
        }

        // Where the page did not come from this machine, browsers have no clipboard for it.
        function copyOldWay(text) {
          const area = el("textarea", { class: "hidden" });
          area.value = text;
          document.body.append(area);
          area.select();
          const copied = document.execCommand("copy");
          area.remove();
          if (!copied) throw new Error("not copied");
        }

        function flash(button, text) {
          button.dataset.label ??= button.textContent;
          button.textContent = text;
          clearTimeout(button.flash);
          button.flash = setTimeout(() => { button.textContent = button.dataset.label; }, 1500);
        }
        """#

    /// JSON as it was sent, with lines and colours.
    static let json = #"""
        const tokens = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:]/g;

        // Numbers and strings stay as they were written: nothing is rounded, no escape is resolved.
        function prettyJSON(text) {
          JSON.parse(text);
          const found = text.match(tokens) ?? [];
          const out = document.createDocumentFragment();
          let plain = "", depth = 0;
          const line = () => { plain += `\n${"  ".repeat(depth)}`; };
          const colour = (kind, token) => {
            if (plain) out.append(plain);
            plain = "";
            out.append(el("span", { class: kind }, token));
          };
          found.forEach((token, index) => {
            const next = found[index + 1];
            if (token === "{" || token === "[") {
              plain += token;
              if (next === "}" || next === "]") return;
              depth += 1;
              line();
            } else if (token === "}" || token === "]") {
              const before = found[index - 1];
              if (before !== "{" && before !== "[") { depth -= 1; line(); }
              plain += token;
            } else if (token === ",") {
              plain += token;
              line();
            } else if (token === ":") {
              plain += ": ";
            } else if (token.startsWith("\"")) {
              colour(next === ":" ? "key" : "str", token);
            } else {
              colour("lit", token);
            }
          });
          if (plain) out.append(plain);
          return out;
        }
        """#
}
