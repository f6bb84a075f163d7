// Django's completion puts a box in place of a field and leaves it without a name: it gets that of the field's label.
"use strict";
{
    const labelOf = (select) => document.querySelector(`label[for="${select.id}"]`);

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

    django.jQuery(() => name(document));
    document.addEventListener("formset:added", (event) => name(event.target));
    django.jQuery(document).on("select2:open", (event) => {
        document.querySelector(".select2-search__field").setAttribute("aria-label", labelOf(event.target).textContent);
    });
}
