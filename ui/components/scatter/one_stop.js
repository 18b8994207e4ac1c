// A group of choices is one stop of the Tab key: arrows move between them, Enter and the space bar choose.

const STEPS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

export function oneStop(group) {
  group.addEventListener("keydown", (event) => {
    const choices = [...group.children];
    const step = STEPS[event.key];
    if (step) choices[(choices.indexOf(event.target) + step + choices.length) % choices.length].focus();
    else if (event.key === "Enter" || event.key === " ") event.target.click();
    else return;
    event.preventDefault();
  });
  group.addEventListener("focusin", (event) => {
    for (const choice of group.children) choice.tabIndex = choice === event.target ? 0 : -1;
  });
}
