// A network nobody trained: curve detectors whose weights are a few formulas (curve-network.ts). What the library reads off it
// is known beforehand, so this is where to learn what a circuit, a tuning curve and a filter of curves look like.
import { expand, figure, formatUnit, grow, inputs, save, stimulus, toSVG, visualize } from "convlens";
import { curveAngles, curveNetwork } from "./curve-network.js";

async function main() {
  const net = curveNetwork(64);
  console.table(net.layers.map(({ name, kind, output, kernel }) => ({ name, kind, output, kernel })));

  // A curve unit reads the curves of its own angle most, then their neighbours, and is inhibited by the opposite ones.
  const unit = "mixed3b:6";
  const circuit = grow(net, unit, { depth: 2, width: 3 });
  console.log(`${unit} bulges to ${curveAngles[6]}°`);
  for (const { from, sign } of circuit.edges.filter(({ to }) => formatUnit(to) === unit)) {
    console.log(
      `${sign}: ${formatUnit(from)}, ${from.channel < curveAngles.length ? `a curve to ${curveAngles[from.channel]}°` : "an edge"}`,
    );
  }

  // Its 5 × 5 filter drawn with pictures of the early curves it reads: they join to the longer curve.
  const top = inputs(net, unit, { count: 42 }).filter(({ unit: { channel } }) => channel < curveAngles.length);
  const icons = Object.fromEntries(
    top.map((input) => {
      const angle = curveAngles[input.unit.channel]!;
      const arc = { angle, radius: 24, width: 6, span: 120, foreground: 0, background: 1 };
      return [formatUnit(input.unit), stimulus.arc({ ...arc, size: 64 })];
    }),
  );
  await save("out/superposition.svg", toSVG(figure.superposition(top, { icons })));
  await save("out/fan.svg", toSVG(figure.fan(top.slice(0, 8), { icons })));

  // The same filter seen through the layers below, by composing kernels.
  const over = await expand(net, unit, "pool2", { method: "composition" });
  await save("out/expanded.svg", toSVG(figure.expanded(over)));

  const { image } = await visualize(net, unit, { steps: 32, size: 64, seed: 1 });
  await save("out/circuit.svg", toSVG(figure.circuit(circuit, { icons: { [unit]: image } })));
}

void main();
