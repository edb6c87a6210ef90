/**
 * The text as its author edits it: a card for each clause, with what can be done about it.
 */

import { word } from "../words.js";
import { button, direction, follower, make, textField, tongue } from "./fields.js";

/** @typedef {import("./model.js").Draft} Draft */
/** @typedef {import("./model.js").Clause} Clause */
/** @typedef {import("./model.js").NewClause} NewClause */

export class Cards {
  /**
   * @param {HTMLElement} place
   * @param {Draft} draft
   * @param {string} language in which texts are shown first
   * @param {() => void} touched is called whenever something was typed or done
   */
  constructor(place, draft, language, touched) {
    this.place = place;
    this.draft = draft;
    this.language = language;
    this.touched = touched;
    /** @type {Set<string>} keys of what is open for typing */
    this.open = new Set();
  }

  /** @param {string} [focus] selector of what shall have the focus afterwards */
  show(focus) {
    const { draft } = this;
    this.place.replaceChildren(this.heading(null), ...draft.sections.map((section) => this.section(section)));
    if (focus !== undefined) {
      /** @type {HTMLElement | null} */ (this.place.querySelector(focus))?.focus();
    }
  }

  /** @param {string | undefined} focus do something, then show it */
  done(focus) {
    this.touched();
    this.show(focus);
  }

  /** @param {import("./model.js").Section} section @returns {HTMLElement} */
  section(section) {
    return make(
      "section",
      { class: "part", "data-section": section.id },
      this.heading(section.id, section.number),
      ...this.inserted(section.id, null),
      ...section.clauses.flatMap((clause) => [this.clause(section.id, clause), ...this.inserted(section.id, clause.id)]),
    );
  }

  /** @param {string | null} section @param {string} [number] @returns {HTMLElement} */
  heading(section, number = "") {
    const { draft, language } = this;
    const key = `title-${section ?? ""}`;
    const before = draft.heading(section);
    const typed = section === null ? draft.typed.title : (draft.typed.titles[section] ?? {});
    const level = section === null ? "p" : "h2";
    const said = language in before || language in typed ? language : (Object.keys(before)[0] ?? language);
    const name = make(level, { class: "title-line" });
    name.replaceChildren(number === "" ? "" : `${number}. `, this.inline(said, before[said] ?? "", draft.headingText(section, said)));
    const about = word("about.title", { title: draft.headingText(section, said) });
    const tools = make(
      "div",
      { class: "tools-line" },
      this.open.has(key)
        ? button("do.done", () => this.close(key, `[data-title="${CSS.escape(section ?? "")}"] button`), { about })
        : button("do.retitle", () => this.edit(key), { about, class: "quietly" }),
      section === null ? null : this.inserter(section, null, word("about.head", { title: draft.headingText(section, said) })),
    );
    const head = make("header", { class: "title-card", "data-title": section ?? "" }, name, tools);
    if (this.open.has(key)) {
      head.append(
        this.fields(key, before, (tag) => draft.headingText(section, tag), (tag, words) => draft.setHeading(section, tag, words), 1),
      );
    }
    return head;
  }

  /** @param {string} language @param {string} before @param {string} after @returns {HTMLElement} a difference in a line */
  inline(language, before, after) {
    const { element, follow } = follower(language);
    const line = make("span", { lang: language, dir: direction(language) }, after);
    if (before !== after) {
      follow(before, after);
      new MutationObserver((_, observer) => {
        line.replaceChildren(...element.childNodes);
        observer.disconnect();
      }).observe(element, { childList: true });
    }
    return line;
  }

  /** @param {string} section @param {Clause} clause @returns {HTMLElement} */
  clause(section, clause) {
    const { draft } = this;
    const gone = draft.typed.deleted.includes(clause.id);
    const moved = draft.moveOf(clause.id);
    const state = gone ? "gone" : moved !== undefined ? "moved" : draft.isReworded(clause.id) ? "changed" : "";
    return make(
      "article",
      { class: `place ${state}`, "data-clause": clause.id, "aria-label": word("about.clause", { number: clause.number }) },
      make("p", { class: "number" }, clause.number),
      make(
        "div",
        { class: "body" },
        ...this.states(clause, gone, moved),
        this.open.has(clause.id) && !gone
          ? this.fields(clause.id, clause.texts, (tag) => draft.text(clause.id, tag), (tag, words) => draft.setText(clause.id, tag, words))
          : this.reading(clause, gone),
        this.open.has(`move-${clause.id}`) ? this.mover(clause) : null,
        this.clauseTools(section, clause, gone, moved),
      ),
    );
  }

  /** @param {Clause} clause @param {boolean} gone @param {import("./model.js").Moved | undefined} moved @returns {HTMLElement[]} */
  states(clause, gone, moved) {
    const found = [];
    if (gone) {
      found.push(make("p", { class: "badge bad" }, word("state.gone")));
    } else if (moved !== undefined) {
      found.push(make("p", { class: "badge warn" }, this.where(moved)));
    }
    const others = Object.keys(this.draft.typed.texts[clause.id] ?? {}).filter((tag) => tag !== this.language);
    if (!gone && others.length > 0 && !this.open.has(clause.id)) {
      found.push(make("p", { class: "badge" }, word("state.others", { languages: others.map(tongue).join(", ") })));
    }
    return found;
  }

  /** @param {import("./model.js").Moved} moved @returns {string} */
  where(moved) {
    if (moved.after === null) {
      return word("state.moved.head", { title: this.draft.headingText(moved.section, this.language) });
    }
    return word("state.moved.after", { after: this.draft.numberOf(moved.after) || word("state.new") });
  }

  /** @param {Clause} clause @param {boolean} gone @returns {HTMLElement} */
  reading(clause, gone) {
    const language = this.language in clause.texts ? this.language : (Object.keys(clause.texts)[0] ?? this.language);
    const before = clause.texts[language] ?? "";
    const after = gone ? "" : this.draft.text(clause.id, language);
    if (before === after) {
      return make("p", { class: "reading", lang: language, dir: direction(language) }, before);
    }
    const shown = follower(language);
    shown.follow(before, after);
    return shown.element;
  }

  /**
   * @param {string} section @param {Clause} clause @param {boolean} gone
   * @param {import("./model.js").Moved | undefined} moved
   * @returns {HTMLElement}
   */
  clauseTools(section, clause, gone, moved) {
    const { draft } = this;
    const about = word("about.clause", { number: clause.number });
    const again = `[data-clause="${CSS.escape(clause.id)}"] button`;
    if (gone) {
      const back = () => (draft.setDeleted(clause.id, false), this.done(again));
      return make("div", { class: "tools-line" }, button("do.restore", back, { about }));
    }
    const change = this.open.has(clause.id)
      ? button("do.done", () => this.close(clause.id, again), { about })
      : button("do.reword", () => this.edit(clause.id), { about });
    const undo = () => {
      delete draft.typed.texts[clause.id];
      this.open.delete(clause.id);
      this.done(again);
    };
    const move = () => {
      if (moved === undefined) {
        this.edit(`move-${clause.id}`, `[data-clause="${CSS.escape(clause.id)}"] select`);
      } else {
        draft.setMoved(clause.id, null);
        this.done(again);
      }
    };
    const remove = () => (draft.setDeleted(clause.id, true), this.done(again));
    return make(
      "div",
      { class: "tools-line" },
      change,
      draft.isReworded(clause.id) ? button("do.undo", undo, { about, class: "quietly" }) : null,
      this.inserter(section, clause.id, about),
      button(moved === undefined ? "do.move" : "do.unmove", move, { about, class: "quietly" }),
      button("do.delete", remove, { about, class: "quietly" }),
    );
  }

  /** @param {string} section @param {string | null} after @param {string} about @returns {HTMLElement} */
  inserter(section, after, about) {
    const insert = () => {
      const made = this.draft.insert(section, after);
      this.open.add(made.id);
      this.done(`[data-clause="${CSS.escape(made.id)}"] textarea`);
    };
    return button(after === null ? "do.insert.first" : "do.insert", insert, { about, class: "quietly" });
  }

  /** @param {string} section @param {string | null} after @returns {HTMLElement[]} */
  inserted(section, after) {
    return this.draft.insertedAfter(section, after).map((made) => this.newClause(made));
  }

  /** @param {NewClause} made @returns {HTMLElement} */
  newClause(made) {
    const { draft } = this;
    const about = word("state.new");
    const again = `[data-clause="${CSS.escape(made.id)}"] button`;
    const language = this.language in made.texts ? this.language : (Object.keys(made.texts)[0] ?? this.language);
    const shown = follower(language);
    shown.follow("", made.texts[language] ?? "");
    const open = this.open.has(made.id);
    return make(
      "article",
      { class: "place new", "data-clause": made.id, "aria-label": about },
      make("p", { class: "number", "aria-hidden": "true" }, "+"),
      make(
        "div",
        { class: "body" },
        make("p", { class: "badge good" }, word("state.new")),
        open
          ? this.fields(made.id, null, (tag) => made.texts[tag] ?? "", (tag, words) => draft.setInserted(made, tag, words))
          : shown.element,
        make(
          "div",
          { class: "tools-line" },
          open
            ? button("do.done", () => this.close(made.id, again), { about })
            : button("do.reword", () => this.edit(made.id), { about }),
          this.inserter(made.section, made.id, about),
          button("do.uninsert", () => (draft.uninsert(made.id), this.done(undefined)), { about, class: "quietly" }),
        ),
      ),
    );
  }

  /** @param {Clause} clause @returns {HTMLElement} where a clause shall go */
  mover(clause) {
    const { draft } = this;
    const choice = /** @type {HTMLSelectElement} */ (make("select", { id: `where-${clause.id}` }));
    for (const one of draft.sections) {
      const title = draft.headingText(one.id, this.language) || one.number;
      const group = make("optgroup", { label: [one.number, title].filter(Boolean).join(". ") });
      group.append(make("option", { value: JSON.stringify([one.id, null]) }, word("move.head")));
      for (const other of one.clauses) {
        if (other.id !== clause.id && !draft.typed.deleted.includes(other.id)) {
          group.append(make("option", { value: JSON.stringify([one.id, other.id]) }, word("move.after", { number: other.number })));
        }
      }
      choice.append(group);
    }
    const key = `move-${clause.id}`;
    const again = `[data-clause="${CSS.escape(clause.id)}"] button`;
    const move = () => {
      const [to, after] = JSON.parse(choice.value);
      this.open.delete(key);
      draft.setMoved(clause.id, { section: to, after });
      this.done(again);
    };
    return make(
      "div",
      { class: "field mover" },
      make("label", { for: `where-${clause.id}` }, word("move.where", { number: clause.number })),
      choice,
      make("p", { class: "row" }, button("do.move.here", move), button("do.cancel", () => this.close(key, again), { class: "quietly" })),
    );
  }

  /**
   * @param {string} key
   * @param {Record<string, string> | null} before how it reads in the version; null for what is new
   * @param {(language: string) => string} value
   * @param {(language: string, words: string) => void} typed
   * @param {number} [rows]
   * @returns {HTMLElement} a field a language: the one that is read first, the others folded away
   */
  fields(key, before, value, typed, rows = 3) {
    const others = this.draft.languages.filter((tag) => tag !== this.language);
    const field = (/** @type {string} */ tag) =>
      textField({
        id: `words-${key}-${tag}`,
        label: tongue(tag),
        language: tag,
        before: before === null ? null : (before[tag] ?? ""),
        value: value(tag),
        rows,
        typed: (words) => {
          typed(tag, words);
          this.touched();
        },
      });
    const group = make("div", { class: "fields" }, field(this.language));
    if (others.length > 0) {
      const open = before === null || this.open.has(`others-${key}`);
      const more = make(
        "details",
        { open, toggle: (event) => {
          this.open[/** @type {HTMLDetailsElement} */ (event.target).open ? "add" : "delete"](`others-${key}`);
        } },
        make("summary", {}, word("fields.others")),
        make("div", { class: "fields" }, ...others.map(field)),
      );
      group.append(more);
    }
    return group;
  }

  /** @param {string} key @param {string} [focus] */
  edit(key, focus) {
    this.open.add(key);
    this.show(focus ?? `#words-${CSS.escape(key)}-${CSS.escape(this.language)}`);
  }

  /** @param {string} key @param {string} focus */
  close(key, focus) {
    this.open.delete(key);
    this.show(focus);
  }
}
