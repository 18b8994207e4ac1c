// The chart as a component of its own. Its lines come by letter: growing data then costs
// only the data, and not this file again every half second.
const charts = new WeakMap(); // where Streamlit mounts us -> what we keep there between calls

export default function ({ data, parentElement }) {
  let chart = charts.get(parentElement);
  if (!chart) {
    chart = new Chart(parentElement, data.height);
    chart.read = (letters) => letters.has("chart") && chart.update(letters.get("chart").chart);
    charts.set(parentElement, chart);
    openBox(data.key, chart);
  }
  chart.root.classList.toggle("dark", isDark(chart.root));
  return () => {
    closeBox(data.key, chart);
    charts.delete(parentElement);
    chart.remove();
  };
}
