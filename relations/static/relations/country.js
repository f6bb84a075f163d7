// Turns each select of countries into a combobox (ARIA 1.2): the text is matched in the page, at every key, against all
// names and codes, so that Enter and Tab take what is highlighted for the text in the field. The select keeps the value.
"use strict";
{
    const otherNames = JSON.parse(document.getElementById("country-names").textContent);

    const fold = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}|['’.]/gu, "").replace(/&/g, " and ")
        .replace(/[^\p{L}\p{N}]+/gu, " ").trim().replace(/^the /, "").replace(/\bsaint\b/g, "st");

    const named = (text) => ({ text, key: fold(text), isCode: /^[A-Z]{2,3}$/.test(text) });

    const codeOf = (option) => option.dataset.code ?? option.value;

    const countryOf = (option) => {
        const code = codeOf(option);
        const names = [option.text, ...(code ? [code] : []), ...(otherNames[code] ?? [])].map(named);
        return { option, code, names };
    };

    // A code, a whole name, the beginning of a name, of a word in it, any part of it; codes match as a whole only.
    const rank = ({ key, isCode }, wanted) => {
        if (key === wanted) return isCode ? 0 : 1;
        if (isCode) return Infinity;
        if (key.startsWith(wanted)) return 2;
        if (key.includes(` ${wanted}`)) return 3;
        return key.includes(wanted) ? 4 : Infinity;
    };

    // The countries that the text may mean, the likeliest first, each with the name by which it was found.
    const find = (countries, text) => {
        const wanted = fold(text);
        if (!text) return countries.map((country) => ({ ...country, by: country.names[0] }));
        if (!wanted) return [];
        return countries.map((country) => {
            const ranks = country.names.map((name) => rank(name, wanted));
            const best = Math.min(...ranks);
            return { ...country, rank: best, by: country.names[ranks.indexOf(best)] };
        }).filter((country) => country.rank < Infinity).sort((one, other) => one.rank - other.rank);
    };

    const make = (tag, attributes, ...children) => {
        const made = document.createElement(tag);
        for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
        made.append(...children);
        return made;
    };

    class Combobox {
        constructor(select) {
            this.select = select;
            this.countries = [...select.options].filter((option) => option.value).map(countryOf);
            this.build();
            this.showChosen();
            this.input.addEventListener("input", () => this.search());
            this.input.addEventListener("keydown", (event) => this.press(event));
            this.input.addEventListener("focus", () => this.input.select());
            this.input.addEventListener("click", () => this.list.hidden && this.open());
            this.input.addEventListener("blur", () => document.hasFocus() && this.leave());
            this.list.addEventListener("mousedown", (event) => event.preventDefault());
            this.list.addEventListener("click", (event) => {
                const row = event.target.closest("[role=option]");
                if (row) this.take(this.shown[[...this.list.children].indexOf(row)].option);
            });
            // After Back the browser chooses once more what was chosen before, later than this runs.
            window.addEventListener("pageshow", () => {
                if (this.list.hidden && !this.status.textContent) this.showChosen();
            });
            select.form?.addEventListener("submit", (event) => this.holdUp(event));
        }

        build() {
            const { select } = this;
            const id = `${select.id}_text`;
            const label = document.querySelector(`label[for="${select.id}"]`);
            this.input = make("input", {
                id, type: "text", placeholder: "Name or code", autocomplete: "off", spellcheck: "false",
                role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${id}_list`,
                "aria-describedby": `${select.getAttribute("aria-describedby") ?? ""} ${id}_status`.trim(),
            });
            this.list = make("div", { id: `${id}_list`, role: "listbox", "aria-label": "Countries", hidden: "" });
            this.status = make("p", { id: `${id}_status`, role: "status" });
            for (const name of ["aria-label", "aria-invalid"]) {
                if (select.hasAttribute(name)) this.input.setAttribute(name, select.getAttribute(name));
            }
            [this.input.required, select.required] = [select.required, false];
            if (label) label.htmlFor = id;
            const hadFocus = document.activeElement === select;
            select.hidden = true;
            select.after(make("div", { class: "tracker-combobox" }, this.input, this.list, this.status));
            if (hadFocus) this.input.focus();
        }

        // The name of the country that is chosen.
        get chosen() {
            return this.select.value ? this.select.selectedOptions[0].text : "";
        }

        get isEdited() {
            return this.input.value !== this.chosen;
        }

        get text() {
            return this.input.value.trim();
        }

        search() {
            this.show(find(this.countries, this.text), this.text ? 0 : -1);
            this.say(this.shown.length ? "" : `No country matches “${this.text}”.`);
        }

        open() {
            this.input.select();
            this.show(find(this.countries, ""), this.countries.findIndex(({ option }) => option.selected));
        }

        show(shown, active) {
            this.searched = this.input.value;
            this.shown = shown;
            this.list.replaceChildren(...shown.map(({ names, by, code }, index) => make(
                "div", { role: "option", id: `${this.list.id}_${index}` },
                names[0].text,
                ...(by === names[0] || by.isCode ? [] : [make("span", {}, ` (${by.text})`)]),
                make("span", {}, ` ${code}`),
            )));
            this.list.hidden = !shown.length;
            this.input.setAttribute("aria-expanded", String(!this.list.hidden));
            this.highlight(shown.length ? active : -1);
        }

        highlight(active) {
            this.active = active;
            const rows = [...this.list.children];
            rows.forEach((row, index) => row.setAttribute("aria-selected", String(index === active)));
            const row = rows[active];
            row?.scrollIntoView({ block: "nearest" });
            if (row) this.input.setAttribute("aria-activedescendant", row.id);
            else this.input.removeAttribute("aria-activedescendant");
        }

        say(words) {
            this.status.textContent = words;
            this.isUnheard = false;
        }

        // Shows what is chosen in place of what was typed.
        showChosen(words = "") {
            this.input.value = this.chosen;
            this.show([], -1);
            this.say(words);
        }

        take(option) {
            const isOther = !option.selected;
            option.selected = true;
            this.showChosen();
            if (isOther) this.select.dispatchEvent(new Event("change", { bubbles: true }));
        }

        // Takes what is highlighted for the text in the field; an empty text is no country.
        takeHighlighted() {
            if (this.isEdited && this.input.value !== this.searched) this.search();
            const nobody = this.select.options[0];
            if (this.active >= 0) this.take(this.shown[this.active].option);
            else if (!this.text && !codeOf(nobody)) this.take(nobody);
            else return false;
            return true;
        }

        refuse(why) {
            this.showChosen(`${why} ${this.chosen ? `It is still ${this.chosen}.` : "Nothing is chosen."}`);
            this.isUnheard = true;
        }

        press(event) {
            if (event.isComposing) return;
            const isOpen = !this.list.hidden;
            const isUsed = isOpen || this.isEdited;
            const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
            if (event.key === "Tab") {
                if (isUsed && !this.takeHighlighted()) this.refuse(`No country matches “${this.text}”.`);
                return;
            }
            if (step && isOpen) this.highlight(Math.max(0, Math.min(this.active + step, this.shown.length - 1)));
            else if (event.key === "Enter" && isUsed) this.takeHighlighted();
            else if ((step || event.key === "Enter") && !isUsed) this.open();
            else if (event.key === "Escape" && isUsed) this.showChosen();
            else if (event.key !== "Enter") return;
            event.preventDefault();
        }

        // Without Enter or Tab only a whole name or code is taken, and an empty field.
        leave() {
            if (!this.isEdited) {
                this.show([], -1);
                return;
            }
            this.search();
            const isWhole = !this.text || this.shown[0]?.rank < 2;
            if (isWhole && this.takeHighlighted()) return;
            this.refuse(`“${this.text}” was not taken: press Enter or Tab to take a country.`);
        }

        // A text that was refused while the form was on its way is shown before anything is saved.
        holdUp(event) {
            if (!this.isUnheard) return;
            event.preventDefault();
            this.input.focus();
            this.say(`Nothing was saved yet. ${this.status.textContent}`);
        }
    }

    const enhance = (root) => {
        // Django copies the template of a row, whose names hold `__prefix__`.
        const selects = root.querySelectorAll("select.tracker-country:not([name*=__prefix__])");
        for (const select of selects) new Combobox(select);
    };

    enhance(document);
    document.addEventListener("formset:added", (event) => enhance(event.target));
    document.addEventListener("change", ({ target }) => {
        if (target.matches("select.tracker-country[data-leads]")) window.location.search = target.value;
    });
}
