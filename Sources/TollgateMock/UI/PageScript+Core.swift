extension PageScript {
    /// Elements, calls to the server, the connection, views and messages.
    static let core = #"""
        const $ = (id) => document.getElementById(id);

        // Texts become text nodes, always: nothing of what a request held is read as markup.
        function el(tag, attributes = {}, ...children) {
          const node = document.createElement(tag);
          set(node, attributes);
          node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
          return node;
        }

        function set(node, attributes) {
          for (const [name, value] of Object.entries(attributes)) {
            if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
            else if (value === true) node.setAttribute(name, "");
            else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value);
          }
        }

        function svg(tag, attributes, ...children) {
          const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
          set(node, attributes);
          node.append(...children);
          return node;
        }

        // MARK: Calls

        const root = location.pathname.replace(/\/ui\/?$/, "");

        class Refusal extends Error {
          constructor(status, problem) {
            super(problem?.detail || problem?.title || `The server answered ${status}.`);
            this.status = status;
            this.violations = problem?.violations ?? [];
          }
        }

        class Unreachable extends Error {
          constructor() { super(`The server at ${location.host} does not answer.`); }
        }

        async function call(method, path, body, { seconds = 15, stop } = {}) {
          const limit = AbortSignal.timeout(seconds * 1000);
          const options = { method, cache: "no-store", signal: stop ? AbortSignal.any([limit, stop]) : limit };
          if (body !== undefined) {
            options.headers = { "Content-Type": "application/json" };
            options.body = JSON.stringify(body);
          }
          let status, ok, text;
          try {
            const answer = await fetch(root + path, options);
            ({ status, ok } = answer);
            text = await answer.text();
          } catch (error) {
            if (stop?.aborted) throw error;
            link("lost");
            throw new Unreachable();
          }
          if (journal.paused) link("paused");
          let value = null;
          try { value = text ? JSON.parse(text) : null; } catch { /* Only an error may come without JSON. */ }
          if (!ok) throw new Refusal(status, value);
          return value;
        }

        // MARK: The connection

        const links = { wait: "connecting", live: "live", paused: "paused", lost: "no connection" };

        function link(state) {
          if ($("link").dataset.state === state) return;
          const errors = $("link").dataset.state === "lost" ? document.querySelectorAll(".error") : [];
          errors.forEach((node) => fail(node, null));
          $("link").dataset.state = state;
          $("link-text").textContent = links[state];
          const lost = state === "lost";
          $("offline").hidden = !lost;
          $("offline").textContent = !lost ? ""
            : `The server at ${location.host} does not answer: it was stopped, or is busy. Trying again…`;
          document.title = lost ? "(no connection) Tollgate mock" : `Tollgate mock ${location.host}`;
        }

        // MARK: Messages

        let silence;

        // For what has no other sign on the screen: read by screen readers, and shown nowhere.
        function say(text) {
          $("said").textContent = text;
          clearTimeout(silence);
          silence = setTimeout(() => { $("said").textContent = ""; }, 4000);
        }

        function fail(node, error) {
          node.hidden = !error;
          node.textContent = error ? explain(error) : "";
        }

        function explain(error) {
          if (!error.violations?.length) return error.message;
          return `${error.message} ${error.violations.map((one) => `${one.pointer || "/"} ${one.message}`).join("; ")}`;
        }

        // Runs what a form or a button does, once at a time, and shows why it failed.
        function acts(button, node, action) {
          return async (event) => {
            event?.preventDefault?.();
            if (button.disabled) return;
            button.disabled = true;
            const focused = document.activeElement === button;
            try {
              await action(event);
              fail(node, null);
            } catch (error) {
              fail(node, error);
            } finally {
              button.disabled = false;
              if (focused && button.isConnected && document.activeElement === document.body) button.focus();
            }
          };
        }

        // MARK: Views

        const views = {};
        let view = "journal";

        function show() {
          const name = location.hash.replace(/^#\//, "");
          if (!(name in views)) {
            if (!location.hash || location.hash === "#content") return open("journal");
            return history.replaceState(null, "", "#/journal"), open("journal");
          }
          open(name);
        }

        function open(name) {
          view = name;
          for (const each of Object.keys(views)) $(`view-${each}`).hidden = each !== name;
          for (const anchor of document.querySelectorAll("nav a")) {
            if (anchor.getAttribute("href") === `#/${name}`) anchor.setAttribute("aria-current", "page");
            else anchor.removeAttribute("aria-current");
          }
          views[name]();
        }

        function go(name) {
          if (location.hash === `#/${name}`) open(name);
          else location.hash = `#/${name}`;
        }

        // What is asked again after something has happened: often is as good as once, and soon beats late.
        function lazily(delay, action) {
          let timer, due = Infinity, running = false, again = false;
          const run = async () => {
            due = Infinity;
            running = true;
            again = false;
            try { await action(); } catch { /* The connection says so, or the next time does. */ }
            running = false;
            if (again) ask();
          };
          const ask = () => {
            if (running) again = true;
            else if (Date.now() + delay() < due) {
              clearTimeout(timer);
              due = Date.now() + delay();
              timer = setTimeout(run, delay());
            }
          };
          return ask;
        }
        """#
}
