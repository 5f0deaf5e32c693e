from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.tally import SIZES, Histogram


@given(st.lists(st.integers(0, 1000)))
def test_a_histogram_counts_each_value_under_every_bound_it_fits(values: list[int]) -> None:
    histogram = Histogram(SIZES)
    for value in values:
        histogram.observe(value)
    told = dict(histogram.cumulative())
    for bound in SIZES:
        assert told[f"{bound:g}"] == sum(value <= bound for value in values)
    assert told["+Inf"] == histogram.count == len(values)
    assert histogram.total == sum(values)


@given(st.lists(st.integers(0, 1000)), st.lists(st.integers(0, 1000)))
def test_two_histograms_add_up_to_the_one_of_all(some: list[int], others: list[int]) -> None:
    parts, whole = (Histogram(SIZES), Histogram(SIZES)), Histogram(SIZES)
    for part, values in zip(parts, (some, others), strict=True):
        for value in values:
            part.observe(value)
            whole.observe(value)
    parts[0].add(parts[1])
    assert (parts[0].cumulative(), parts[0].total) == (whole.cumulative(), whole.total)
