extension PageScript {
    /// One exchange, and the curl line for it.
    static let detail = #"""
        function showDetail(entry) {
          const detail = $("detail");
          if (!entry) {
            detail.replaceChildren(empty("No exchange is chosen: click one, or use the arrow keys in the list."));
            return;
          }
          detail.scrollTop = 0;
          const line = curlLine(entry);
          const button = el("button", { type: "button", id: "copy-curl", title: "Copy (c)" }, "Copy");
          button.addEventListener("click", () => copy(line.parts.join(" "), button));
          detail.replaceChildren(
            el("div", { class: "crumbs" },
              el("button", { type: "button", class: "back", onclick: leaveDetail }, "← Journal"),
              el("span", { class: `tag ${statusKind(entry)}` }, entry.status ? String(entry.status) : "no answer"),
              entry.fault
                ? el("span", { class: "tag warn" }, `fault ${entry.fault.id}: ${words(entry.fault.kind)}`) : null,
              entry.response?.headers.some(({ name, value }) => /replayed/i.test(name) && value === "true")
                ? el("span", { class: "tag" }, "replayed") : null),
            el("h2", { class: "mono" }, `${entry.method} ${entry.target}`),
            el("dl", { class: "facts" },
              fact("Number", String(entry.number)), fact("Time", `${wholeTime(entry.time)} UTC, by the mock's clock`),
              fact("Operation", entry.operation ?? "none: nothing is at this path")),
            entry.operation ? el("div", { class: "group" },
              el("button", { type: "button", onclick: () => filterBy(entry.operation) }, "Only this operation"),
              el("button", { type: "button", onclick: () => faultFor(entry.operation) }, "Inject a fault…")) : null,
            el("section", { class: "side", "aria-label": "Curl line" },
              el("div", { class: "heading" }, el("h3", {}, "curl"), button),
              el("pre", { class: "mono", id: "curl" },
                line.parts.map((part, index) => [index > 0 ? " " : "", el("span", {}, part)])),
              line.notes.map((note) => el("p", { class: "muted" }, note))),
            message("Request", entry.request), message("Answer", entry.response,
              entry.fault ? "None: the fault broke the connection off." : "None: the connection ended."));
        }

        const fact = (name, value) => [el("dt", {}, name), el("dd", {}, value)];

        function message(name, content, otherwise) {
          if (!content) {
            return el("section", { class: "side", "aria-label": name }, el("h3", {}, name),
              el("p", { class: "muted" }, otherwise));
          }
          const headers = content.headers.length === 0 ? null : el("details", { open: true },
            el("summary", {}, plural(content.headers.length, "header")),
            el("dl", { class: "facts mono" }, content.headers.map((one) => fact(one.name, one.value))));
          return el("section", { class: "side", "aria-label": name },
            el("h3", {}, `${name}, ${content.body_bytes > 0 ? size(content.body_bytes) : "no body"}`), headers,
            body(content));
        }

        function body(content) {
          if (content.body_bytes === 0) return null;
          const cut = content.truncated ? el("p", { class: "muted" }, "Only the beginning is kept.") : null;
          if (content.body_encoding === "base64") {
            return [el("p", { class: "muted" }, "Not a text; as base64:"),
              el("pre", { class: "mono" }, content.body), cut];
          }
          const type = content.headers.find((one) => one.name.toLowerCase() === "content-type")?.value ?? "";
          const looksLikeJSON = /json/i.test(type) || /^\s*[[{]/.test(content.body);
          if (looksLikeJSON && !/event-stream/i.test(type) && !content.truncated) {
            try {
              return el("pre", { class: "mono" }, prettyJSON(content.body));
            } catch (error) {
              if (/json/i.test(type)) {
                return [el("p", { class: "warn" }, `Not JSON: ${error.message}`),
                  el("pre", { class: "mono" }, content.body)];
              }
            }
          }
          return [el("pre", { class: "mono" }, content.body), cut];
        }

        function leaveDetail() {
          if (matchMedia("(max-width: 900px)").matches) select(null);
          $("rows").focus();
        }

        function filterBy(operation) {
          $("filter-operation").value = operation;
          listAll();
          $("rows").focus();
        }

        // MARK: curl

        // What the mock printed for its clients, in place of credentials that are masked.
        const variables = {
          stoa: "STOA_API_KEY", togo: "TOGO_API_KEY", aikit: "AI_KIT_API_KEY", stripe: "STRIPE_SECRET_KEY",
          openai: "OPENAI_API_KEY", anthropic: "ANTHROPIC_API_KEY", openrouter: "OPENROUTER_API_KEY",
          elevenlabs: "ELEVENLABS_API_KEY", deepgram: "DEEPGRAM_API_KEY",
        };

        const ownFields = new Set(["host", "content-length", "connection", "accept-encoding", "transfer-encoding",
          "expect", "user-agent", "keep-alive"]);

        const quoted = (text) => /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

        function curlLine(entry) {
          const notes = [], parts = ["curl"];
          const { body: sent, body_bytes: bytes, body_encoding: encoding, truncated, headers } = entry.request;
          const hasBody = bytes > 0;
          if (entry.method === "HEAD") parts.push("--head");
          else if (entry.method !== (hasBody ? "POST" : "GET")) parts.push(`-X ${quoted(entry.method)}`);
          parts.push(quoted(location.origin + entry.target));
          for (const { name, value } of headers) {
            if (!ownFields.has(name.toLowerCase())) parts.push(`-H ${field(entry, name, value, notes)}`);
          }
          // Else curl would say that the body is a form.
          const isTyped = headers.some(({ name }) => name.toLowerCase() === "content-type");
          if (hasBody && !isTyped) parts.push("-H Content-Type:");
          if (hasBody && encoding === "base64") {
            parts.unshift(`printf %s ${quoted(sent)} | base64 -d |`);
            parts.push("--data-binary @-");
          } else if (hasBody) parts.push(`--data-raw ${quoted(sent)}`);
          if (truncated) notes.push("The body is not whole: only its beginning was kept.");
          return { parts, notes };
        }

        function field(entry, name, value, notes) {
          if (!value.includes("[masked]")) return quoted(value === "" ? `${name};` : `${name}: ${value}`);
          const isSigned = entry.service === "vluna" && entry.target.startsWith("/mgt/");
          if (isSigned || /signature/i.test(name)) {
            notes.push("The signature covers the time and the body: put a new one in its place.");
            return quoted(`${name}: ${value}`);
          }
          const variable = entry.service === "vluna" ? "VLUNA_ACCESS_TOKEN" : variables[entry.service];
          if (!variable) return quoted(`${name}: ${value}`);
          const note = `$${variable} is what the mock printed when it started.`;
          if (!notes.includes(note)) notes.push(note);
          const scheme = value === "[masked]" && name.toLowerCase() === "authorization"
            ? (entry.service === "deepgram" ? "Token " : "Bearer ") : value.replace("[masked]", "");
          return `"${name}: ${scheme.replace(/[^\w .-]/g, "")}$${variable}"`;
        }
        """#
}
