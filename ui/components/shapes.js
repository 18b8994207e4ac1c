// Distinct shapes around (0, 0), so that color is never the only difference.
export const SHAPES = [
  "M4 0A4 4 0 1 1-4 0A4 4 0 1 1 4 0Z",
  "M-3.5-3.5H3.5V3.5H-3.5Z",
  "M0-4.7L4.5 3.3H-4.5Z",
  "M0-4.9L4.9 0L0 4.9L-4.9 0Z",
  "M0 4.7L-4.5-3.3H4.5Z",
  "M-4.5-1.5H-1.5V-4.5H1.5V-1.5H4.5V1.5H1.5V4.5H-1.5V1.5H-4.5Z",
  "M-4.6-2.2H4.6V2.2H-4.6Z",
];
