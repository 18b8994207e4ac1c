import { mounted } from "../dom.js";
import { Chart } from "./chart.js";

// The chart as a component of its own. Its lines come by letter: growing data then costs
// only the data, and not this file again every half second.
export default mounted(({ data, parentElement }) => {
  const chart = new Chart(parentElement, data.height);
  chart.readBox(data.key);
  return chart;
});
