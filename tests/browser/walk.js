// What a page shows, as data: widgets with what stands in them, buttons, tabs, headings, charts.
() => {
    // What is folded away has words, too.
    const words = (element) => (element.textContent || "").replace(/\s+/g, " ").trim();
    const seen = (element) => {
        const box = element.getBoundingClientRect();
        return box.width > 1 && box.height > 1 && element.checkVisibility({visibilityProperty: true, opacityProperty: true})
            && !element.closest("[inert]");
    };
    const keyOf = (element) => {
        for (const name of element.classList) if (name.startsWith("st-key-")) return name.slice(7);
        return null;
    };
    const widgets = [];
    for (const box of document.querySelectorAll('[data-testid="stElementContainer"][class*="st-key-"]')) {
        const inside = (name) => box.querySelector(`[data-testid="${name}"]`);
        const one = {key: keyOf(box), visible: seen(box), options: []};
        const field = box.querySelector("input");
        if (inside("stSelectbox")) {
            one.kind = "selectbox";
            one.shown = field.value ? [field.value] : [];
        } else if (inside("stMultiSelect")) {
            one.kind = "multiselect";
            // Streamlit keeps a template of the box for its own measure.
            one.shown = [...box.querySelectorAll(".react-aria-ComboBox [data-tag] [title]")].map((tag) => tag.title);
        } else if (inside("stButtonGroup")) {
            one.kind = "buttons";
            const buttons = [...box.querySelectorAll("[data-variant]")];
            one.options = buttons.map(words);
            one.shown = buttons.filter((button) => button.dataset.selected === "true").map(words);
        } else if (inside("stSlider")) {
            one.kind = "slider";
            one.shown = [...box.querySelectorAll('[data-testid="stSliderThumbValue"]')].map(words);
        } else if (inside("stNumberInput")) {
            one.kind = "number";
            one.shown = field.value ? [field.value] : [];
        } else if (inside("stTextInput")) {
            one.kind = "text";
            one.shown = [field.value];
        } else if (inside("stCheckbox")) {
            one.kind = "switch";
            one.shown = [field.checked ? "on" : "off"];
        } else if (inside("stRadio")) {
            one.kind = "buttons";
            const choices = [...box.querySelectorAll('label[data-testid="stRadioOption"]')];
            one.options = choices.map(words);
            one.shown = choices.filter((choice) => choice.dataset.selected === "true").map(words);
        } else {
            continue;
        }
        one.disabled = Boolean(box.querySelector(":disabled, [aria-disabled='true']"));
        widgets.push(one);
    }
    // A button is called by the key of its element, or else by its words.
    const buttons = [];
    for (const button of document.querySelectorAll('[data-testid="stMain"] :is([data-testid="stButton"], [data-testid="stPopover"]) button, [role="dialog"] button')) {
        if (button.disabled || !seen(button) || button.closest('[data-testid="stTooltipIcon"]')) continue;
        const element = button.closest('[data-testid="stElementContainer"][class*="st-key-"]');
        const name = (element && keyOf(element)) || words(button);
        if (!name) continue;
        button.dataset.walk = name;
        buttons.push(name);
    }
    const charts = [...document.querySelectorAll(".js-plotly-plot")].filter(seen).map((chart) => ({
        key: keyOf(chart.closest('[data-testid="stElementContainer"]')),
        traces: (chart.data || []).map((trace) => ({
            name: trace.name || "", type: trace.type, orientation: trace.orientation || "",
            x: Array.from(trace.x || []), y: Array.from(trace.y || []), points: Array.from(trace.customdata || []),
        })),
    }));
    const all = (selector) => [...document.querySelectorAll(selector)].filter(seen).map(words).filter(Boolean);
    return {
        widgets, buttons, charts,
        tabs: all('[role="tab"]'),
        expanders: all('[data-testid="stExpander"] summary'),
        headings: all('[data-testid="stMain"] :is(h1, h2)'),
        said: all('[data-testid="stMain"] [data-testid="stMarkdownContainer"]'),
    };
}
