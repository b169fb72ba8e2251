/*
** special.c: see special.h.
*/
#include "special.h"

#include <float.h>
#include <math.h>

#define TWO_PI 6.283185307179586477
#define HALF_LOG_TWO_PI 0.918938533204672741780
#define SQRT_HALF 0.707106781186547524401
#define SQRT_HALF_PI 1.253314137315500251208 /* sqrt(pi/2) */

enum { MOST_STEPS = 200 }; /* of Newton: more than any argument of the domains needs; a bound, not a tolerance */

/* {====== probabilities ====== */

double upheld_log1p_gap(double u) {
  double r, square, power = 0;
  int k;
  if (u < -0.5 || u > 1) return u - log1p(u);
  /* log1p(u) = 2 atanh(r) with r = u/(2+u), |r| <= 1/3; u - 2r = ur. 17 terms reach 9^-17. */
  r = u / (2 + u);
  square = r * r;
  for (k = 17; k >= 1; k--) power = (power + 1.0 / (2 * k + 1)) * square;
  return u * r - 2 * r * power;
}

double upheld_stirling_error(double x) {
  double shift = 0, i, s;
  /* delta(x) = delta(x+1) + (x + 1/2) log(1 + 1/x) - 1 brings x to where the series of DLMF 5.11.1 is exact. */
  for (; x < 16; x += 1) shift += (x + 0.5) * log1p(1 / x) - 1;
  i = 1 / x;
  s = i * i;
  return shift + i * (1.0 / 12 - s * (1.0 / 360 - s * (1.0 / 1260 - s * (1.0 / 1680 -
                      s * (1.0 / 1188 - s * (691.0 / 360360 - s / 156))))));
}

/* x log(x/m) + m - x for x > 0 and the mean m = high + low, low being the rounding error of high. */
static double deviance(double x, double high, double low) {
  double u = ((high - x) + low) / x;
  if (u < -0.5) return x * (u - log((high + low) / x)); /* 1 + u would lose digits of m */
  return x * upheld_log1p_gap(u);
}

/* log of Gamma(a+b+1) / (Gamma(a+1) Gamma(b+1)) p^a q^b, a, b >= 0 real. */
static double log_binomial(double a, double b, double p, double q) {
  double n = a + b, np, nq;
  if (a <= 0) return b * (p < 0.5 ? log1p(-p) : log(q));
  if (b <= 0) return a * (q < 0.5 ? log1p(-q) : log(p));
  np = n * p;
  nq = n * q;
  return upheld_stirling_error(n) - upheld_stirling_error(a) - upheld_stirling_error(b) -
         deviance(a, np, fma(n, p, -np)) - deviance(b, nq, fma(n, q, -nq)) - 0.5 * log(TWO_PI * a * (b / n));
}

/* log of lambda^x exp(-lambda) / Gamma(x+1), x >= 0 real. */
static double log_poisson(double x, double lambda) {
  if (x <= 0) return -lambda;
  return -upheld_stirling_error(x) - deviance(x, lambda, 0) - 0.5 * log(TWO_PI * x);
}

double upheld_binomial_pmf(double x, double n, double p, double q) {
  if (p <= 0) return x <= 0 ? 1 : 0;
  if (q <= 0) return x >= n ? 1 : 0;
  return exp(log_binomial(x, n - x, p, q));
}

double upheld_poisson_pmf(double x, double lambda) {
  if (lambda <= 0) return x <= 0 ? 1 : 0;
  return exp(log_poisson(x, lambda));
}

/* }====== */

/* {====== incomplete beta and gamma ====== */

/* exp(-H(v)) falls from 1 at v = 0; H(v) = a(v - w) + m(cw - log(1 + cw)) + slope w and so on, see exponent(). */
typedef struct falling {
  enum { FALLS_BETA, FALLS_GAMMA_LOWER, FALLS_GAMMA_UPPER } kind;
  double a, m, c; /* c is x/y, x or 1/x */
  double slope;   /* H'(0), >= 0, free of cancellation */
} falling;

static double exponent(const falling *f, double v) {
  double w, bend;
  if (f->kind == FALLS_GAMMA_UPPER) { /* y - m log(1 + y/x) */
    return f->m < 0 ? v - f->m * log1p(v * f->c) : v * f->slope + f->m * upheld_log1p_gap(v * f->c);
  }
  w = -expm1(-v);
  if (f->kind == FALLS_BETA && f->m < 0) return f->a * v - f->m * log1p(f->c * w);
  bend = f->a * (w < 0.5 ? upheld_log1p_gap(-w) : v - w); /* a(v - w) */
  if (f->kind == FALLS_BETA) bend += f->m * upheld_log1p_gap(f->c * w);
  return bend + f->slope * w;
}

/* Integral of exp(-H) from 0 to infinity: v = scale exp(t - exp(-t)) and the trapezoidal rule (Takahasi and Mori). */
static double integral(const falling *f) {
  const int steps_per_unit = 16;
  double curvature = (f->kind == FALLS_GAMMA_UPPER ? 0 : f->a) + f->m * f->c * f->c; /* m is 0 in the lower gamma */
  /* Where slope v + curvature v^2 / 2 reaches 1, so that the rule meets every H at the same scale. */
  double scale = 2 / (f->slope + sqrt(f->slope * f->slope + 2 * (curvature > 0 ? curvature : 0)));
  double sum = 0;
  int i;
  for (i = -4 * steps_per_unit; i <= 7 * steps_per_unit; i++) {
    double t = (double)i / steps_per_unit, e = exp(-t), v = scale * exp(t - e), h = exponent(f, v);
    if (h > 60) break; /* H only rises: what is left is below 1e-26 */
    sum += exp(-h) * v * (1 + e);
  }
  return sum / steps_per_unit;
}

/* a y - b x by fused products: near the mean both are large and nearly equal. */
static double cross(double a, double y, double b, double x) {
  double ay = a * y, bx = b * x;
  return (ay - bx) + (fma(a, y, -ay) - fma(b, x, -bx));
}

/*
** log I_x(a, b) for x <= a/(a+b), and in *slope its derivative in log(x/y).
** t = x exp(-v) in the defining integral gives I = x^a y^(b-1) / B(a,b) * integral of exp(-H),
** H(v) = a v - (b-1) log(1 + c w), w = 1 - exp(-v), c = x/y.
*/
static double log_beta_lower(double a, double b, double x, double y, double *slope) {
  falling f;
  double size, front;
  f.kind = FALLS_BETA;
  f.a = a;
  f.m = b - 1;
  f.c = x / y;
  f.slope = cross(a, y, f.m, x) / y;
  size = integral(&f);
  *slope = y / size;
  if (f.m == 0) return a * (y < 0.5 ? log1p(-y) : log(x));
  front = f.m > 0 ? log_binomial(a, f.m, x, y) : log_binomial(a, b, x, y) + log(b / ((a + b) * y));
  return front + log(a * size);
}

double upheld_beta_lower(double a, double b, double x, double y) {
  double slope, other;
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  if (cross(a, y, b, x) >= 0) return exp(log_beta_lower(a, b, x, y, &slope));
  other = exp(log_beta_lower(b, a, y, x, &slope));
  return other < 1 ? 1 - other : 0;
}

/* log P(a, x) for x <= a, and its derivative in log x: t = x exp(-v), H = a v - x w. */
static double log_gamma_lower(double a, double x, double *slope) {
  falling f;
  double size;
  f.kind = FALLS_GAMMA_LOWER;
  f.a = a;
  f.m = 0;
  f.c = x;
  f.slope = a - x;
  size = integral(&f);
  *slope = 1 / size;
  return log_poisson(a, x) + log(a * size);
}

/* log Q(a, x) for x >= a, and its derivative in x: t = x + y, H = y - (a-1) log(1 + y/x). */
static double log_gamma_upper(double a, double x, double *slope) {
  falling f;
  double size;
  f.kind = FALLS_GAMMA_UPPER;
  f.a = a;
  f.m = a - 1;
  f.c = 1 / x;
  f.slope = f.m < 0 ? 1 : (x - f.m) / x;
  size = integral(&f);
  *slope = -1 / size;
  return (f.m >= 0 ? log_poisson(f.m, x) : log_poisson(a, x) + log(a / x)) + log(size);
}

double upheld_gamma_lower(double a, double x) {
  double slope;
  if (x <= 0) return 0;
  return x <= a ? exp(log_gamma_lower(a, x, &slope)) : 1 - exp(log_gamma_upper(a, x, &slope));
}

double upheld_gamma_upper(double a, double x) {
  double slope;
  if (x <= 0) return 1;
  return x > a ? exp(log_gamma_upper(a, x, &slope)) : 1 - exp(log_gamma_lower(a, x, &slope));
}

/* }====== */

/* {====== inverses ====== */

/*
** Newton's method on f(t) = log tail(t) - log(wanted), concave and monotone in t, from a point where f >= 0. By
** concavity the iterates stay on the side f <= 0 once they are there, and near the root each step squares the error:
** after a step made at |f| < 1e-8 nothing is left but rounding. Steps on the way out are capped, doubling, lest one
** of them go far past.
*/
typedef struct newton {
  double at, cap;
  bool done;
} newton;

static void newton_step(newton *s, double f, double slope) {
  double step = -f / slope;
  s->done = !(fabs(f) > 1e-8);
  if (f > 0) {
    if (step > s->cap) step = s->cap;
    if (step < -s->cap) step = -s->cap;
    s->cap *= 2;
  }
  s->at += step;
}

/* x and y of log(x/y) = t. */
static void from_logit(double t, double *x, double *y) {
  *x = 1 / (1 + exp(-t));
  *y = 1 / (1 + exp(t));
}

/* The x <= a/(a+b) with I_x(a, b) = tail; concave in log(x/y). */
static void solve_beta(double a, double b, double tail, double *x, double *y) {
  newton s = {log(a / b), 1, false};
  double slope = 0, wanted = log(tail);
  int i;
  from_logit(s.at, x, y);
  for (i = 0; i < MOST_STEPS && !s.done && *x > 0; i++) { /* x is 0 when the answer is below every double */
    double f = log_beta_lower(a, b, *x, *y, &slope) - wanted;
    newton_step(&s, f, slope);
    from_logit(s.at, x, y);
  }
}

void upheld_beta_quantile(double a, double b, double tail, double *x, double *y) {
  if (tail <= upheld_beta_lower(a, b, a / (a + b), b / (a + b))) {
    solve_beta(a, b, tail, x, y);
  } else { /* above the mean: the other tail is the one to solve for */
    solve_beta(b, a, 1 - tail, y, x);
  }
}

/* P(a, x) = tail for x <= a, in log x; Q(a, x) = tail for x >= a, in x. */
static double solve_gamma(double a, double tail, bool upper) {
  newton s = {upper ? a : log(a), upper ? a : 1, false};
  double slope = 0, wanted = log(tail), x = a;
  int i;
  for (i = 0; i < MOST_STEPS && !s.done && x > 0; i++) {
    double f = (upper ? log_gamma_upper(a, x, &slope) : log_gamma_lower(a, x, &slope)) - wanted;
    newton_step(&s, f, slope);
    x = upper ? s.at : exp(s.at);
  }
  return x;
}

double upheld_gamma_lower_quantile(double a, double tail) {
  return tail <= upheld_gamma_lower(a, a) ? solve_gamma(a, tail, false) : solve_gamma(a, 1 - tail, true);
}

double upheld_gamma_upper_quantile(double a, double tail) {
  return tail <= upheld_gamma_upper(a, a) ? solve_gamma(a, tail, true) : solve_gamma(a, 1 - tail, false);
}

/* }====== */

/* {====== normal quantile ====== */

/* The z with erf(z / sqrt 2) = level, |level| <= 1/2: by Halley's method, exact down to level 0. */
static double normal_near(double level) {
  double z = level * SQRT_HALF_PI;
  int i;
  for (i = 0; i < 6; i++) {
    double step = (erf(z * SQRT_HALF) - level) * SQRT_HALF_PI * exp(z * z / 2);
    z -= step / (1 + z * step / 2);
  }
  return z;
}

/* The z with Q(z) = tail < 1/4: Newton on log Q, which is concave, from the far side: Q(z) <= exp(-z^2/2)/2. */
static double normal_far(double tail) {
  double wanted = log(tail);
  newton s = {sqrt(-2 * log(2 * tail)), 1, false};
  int i;
  for (i = 0; i < MOST_STEPS && !s.done; i++) {
    double q = erfc(s.at * SQRT_HALF) / 2, density = exp(-s.at * s.at / 2 - HALF_LOG_TWO_PI);
    newton_step(&s, log(q) - wanted, -density / q);
  }
  return s.at;
}

double upheld_normal_upper_quantile(double tail) {
  if (tail < 0.25) return normal_far(tail);
  if (tail > 0.75) return -normal_far(1 - tail);
  return normal_near(1 - 2 * tail); /* exact: no digits are lost between 1/4 and 3/4 */
}

double upheld_normal_two_sided(double level) {
  return level <= 0.5 ? normal_near(level) : upheld_normal_upper_quantile((1 - level) / 2);
}

/* }====== */
