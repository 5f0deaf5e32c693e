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
