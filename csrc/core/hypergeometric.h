/*
** hypergeometric.h: tails of the hypergeometric distribution, the law behind Fisher's exact test.
** Owns its accuracy: relative error below 1e-12 for counts up to 10^12, wherever the result is a normal double; and
** its cost, which has a bound that does not depend on the counts (at most about 10^5 terms, or one integral).
** Must not: check arguments beyond its stated domain (compare.h does), or decide what a tail means.
**
** Sources. One probability: three binomial ones, as C. Loader, "Fast and accurate computation of binomial
** probabilities" (2000) gives it. Sum of a tail: term by term by the ratio of neighbours; where a tail spreads over
** very many terms, the Euler-Maclaurin formula (DLMF 2.10.1) with the integral by the double-exponential rule of
** H. Takahasi and M. Mori (1974), as in special.h.
*/
#ifndef UPHELD_HYPERGEOMETRIC_H
#define UPHELD_HYPERGEOMETRIC_H

#include "upheld.h"

UPHELD_BEGIN

/*
** Of n1 + n2 cases x1 + x2 have a property; X of them fall among the n2 by chance. Fills P(X <= x2) and P(X >= x2).
** 0 <= x1 <= n1, 0 <= x2 <= n2. Counts enter as doubles: exact up to 2^53, beyond that to 16 digits.
*/
void upheld_hypergeometric_tails(int64_t x1, int64_t n1, int64_t x2, int64_t n2, double *at_most, double *at_least);

UPHELD_END

#endif
