/**
 * Wigner's small d-matrix: how the 2j + 1 states of spin j mix when they are turned by an angle β about the y axis. It is
 * orthogonal, d(α) d(β) = d(α + β), and d(π) reverses the states with alternating sign.
 *
 *     d[p, q](β) = Σ_s (−1)^(p−q+s) √(p! (n−p)! q! (n−q)!) / ((q−s)! s! (p−q+s)! (n−p−s)!) · cos(β/2)^(n+q−p−2s) · sin(β/2)^(p−q+2s)
 *
 * with n = 2j and states numbered from 0 to n (Wigner 1931; Wikipedia, "Wigner D-matrix").
 */

/** `d(β)` of `n + 1` states, row by row. */
export function wignerSmallD(n: number, beta: number): Float64Array {
  const size = n + 1;
  const d = new Float64Array(size * size);
  const cos = Math.cos(beta / 2);
  const sin = Math.sin(beta / 2);
  for (let p = 0; p < size; p++) {
    for (let q = 0; q < size; q++) {
      const root = Math.sqrt(factorial(p) * factorial(n - p) * factorial(q) * factorial(n - q));
      let sum = 0;
      for (let s = Math.max(0, q - p); s <= Math.min(q, n - p); s++) {
        const below = factorial(q - s) * factorial(s) * factorial(p - q + s) * factorial(n - p - s);
        sum += ((-1) ** (p - q + s) / below) * cos ** (n + q - p - 2 * s) * sin ** (p - q + 2 * s);
      }
      d[p * size + q] = root * sum;
    }
  }
  return d;
}

function factorial(n: number): number {
  let product = 1;
  for (let k = 2; k <= n; k++) product *= k;
  return product;
}
