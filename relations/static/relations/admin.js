// Adds to Django's own admin: names for the boxes of its completion, keys that wait for the server's answer, and links
// that leave the form open.
"use strict";
{
    const $ = django.jQuery;
    const labelOf = (select) => document.querySelector(`label[for="${select.id}"]`);

    // Completion puts a box in place of a field and leaves it without a name: it gets that of the field's label.
    const name = (root) => {
        for (const select of root.querySelectorAll("select.admin-autocomplete.select2-hidden-accessible")) {
            const label = labelOf(select);
            const box = select.nextElementSibling.querySelector(".select2-selection");
            const value = box.querySelector(".select2-selection__rendered");
            label.id ||= `${select.id}_label`;
            box.setAttribute("aria-labelledby", `${label.id} ${value.id}`);
            value.setAttribute("aria-labelledby", label.id);
        }
    };

    // From a form that can be saved, what is referred to opens in a tab of its own.
    const openBeside = (root) => {
        const links = ":is(a.view-related, .readonly a, .errorlist a):not([target])";
        for (const link of root.querySelectorAll(`form:has(.submit-row [name=_save]) ${links}`)) {
            link.target = "_blank";
            link.title = `${link.title || link.text} (opens in a new tab)`;
        }
    };

    const prepare = (root) => {
        name(root);
        openBeside(root);
    };

    $(() => prepare(document));
    document.addEventListener("formset:added", (event) => prepare(event.target));

    // The select whose list is open, and whether anything in it was highlighted by what was typed or by the arrows.
    let opened, isUsed;
    $(document).on("select2:open", (event) => {
        [opened, isUsed] = [event.target, false];
        document.querySelector(".select2-search__field").setAttribute("aria-label", labelOf(event.target).textContent);
    });

    document.addEventListener("input", ({ target }) => {
        if (target.matches(".select2-search__field")) isUsed = true;
    });

    // Rows of an earlier search stay in the list until the server has answered: meanwhile nothing is taken.
    document.addEventListener("keydown", (event) => {
        if (!event.target.matches(".select2-search__field")) return;
        isUsed ||= event.key.startsWith("Arrow");
        if (!["Enter", "Tab"].includes(event.key)) return;
        if (document.querySelector(".select2-results .loading-results")) {
            event.preventDefault();
            event.stopPropagation();
        } else if (event.key === "Tab" && isUsed && document.querySelector(".select2-results__option--highlighted")) {
            $(opened).data("select2").trigger("results:select", {});
            event.stopPropagation();
        }
    }, { capture: true });
}
