/*
** trend_out.h: a series of years, and years pooled, as JSON and CSV.
** Owns: those shapes; the names of fields are those of figures_out.h. It computes nothing.
**
** Trend: {scheme, boundaries ("as it was" or "as it is now"), indicator, label, authority: {code, name, type}, from, to, entries: [{year, numerator, denominator,
** percent, value, late, reason, caution, basis, rounded_to_bound, interval: [low, high], breaks: ["assessment"], change}],
** overall, breaks: [{year, name, text}]}. change and overall: {since, upto, change, reason, difference, interval, comparable,
** breaks}; where a break lies between, comparable is false, change null and its reason "not-comparable".
** Pooled: {scheme, boundaries, indicator, label, authority, years, missing: [{year, reason}], breaks, numerator, denominator, percent,
** value, late, reason, caution, basis, rounded_to_bound, interval, peers: {average, group, include_self, numerator, denominator, percent, value,
** rounded_to_bound, authorities, without_rate, unknown, of}, peers_reason}.
** What is absent is null in JSON and an empty cell in CSV; authority is null for all together. value is there for rates
** that are no whole per cents only, late for indicators that have such a part. In CSV the trend has a row for each year, pooled years one row; lists stand with "|".
*/
#ifndef UPHELD_TREND_OUT_H
#define UPHELD_TREND_OUT_H

#include "trend.h"

UPHELD_BEGIN

upheld_status upheld_trend_json(const upheld_trend *t, upheld_buffer *out, upheld_error *err);
upheld_status upheld_trend_csv(const upheld_trend *t, upheld_buffer *out, upheld_error *err);
upheld_status upheld_trend_pooled_json(const upheld_trend *t, upheld_buffer *out, upheld_error *err);
upheld_status upheld_trend_pooled_csv(const upheld_trend *t, upheld_buffer *out, upheld_error *err);

UPHELD_END

#endif
