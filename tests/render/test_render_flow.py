"""Pages are filled well: headings keep their text, paragraphs are not torn, nothing is lost."""

from hypothesis import given
from hypothesis import strategies as st

from declaration.render.flow import Block, Row, paginate
from declaration.render.structure import Kind, document

TEXT = document("en").add(Kind.PARAGRAPH)


def block(rows, *, keeps_next=False, whole=False, height=10.0):
    return Block(tuple(Row(height, ()) for _ in range(rows)), TEXT, "", 5.0, keeps_next, whole)


def counts(pages):
    return [[len(part.rows) for part in page] for page in pages]


def test_a_heading_moves_with_its_text():
    pages = paginate([block(7), block(1, keeps_next=True), block(6)], top=0, bottom=100)
    assert counts(pages) == [[7], [1, 6]]


def test_two_headings_move_together():
    pages = paginate([block(6), block(1, keeps_next=True), block(1, keeps_next=True), block(2)], top=0, bottom=100)
    assert counts(pages) == [[6], [1, 1, 2]]


def test_two_rows_at_least_stay_on_each_side():
    assert counts(paginate([block(8), block(6)], top=0, bottom=100)) == [[8], [6]]
    assert counts(paginate([block(6), block(4)], top=0, bottom=95)) == [[6, 2], [2]]
    assert counts(paginate([block(3), block(7)], top=0, bottom=95)) == [[3, 5], [2]]


def test_a_block_higher_than_the_page_runs_over():
    assert counts(paginate([block(25)], top=0, bottom=100)) == [[10], [10], [5]]
    assert counts(paginate([block(25, whole=True)], top=0, bottom=100)) == [[10], [10], [5]]


def test_a_row_higher_than_the_page_is_still_placed():
    assert counts(paginate([block(2, height=500.0)], top=0, bottom=100)) == [[1], [1]]


blocks = st.lists(
    st.tuples(st.integers(1, 30), st.booleans(), st.booleans()).map(
        lambda given: block(given[0] if not given[1] else 1, keeps_next=given[1], whole=given[2])
    ),
    min_size=1,
    max_size=20,
)


@given(blocks)
def test_every_row_is_on_one_page_in_order_and_within_it(given_blocks):
    pages = paginate(given_blocks, top=0, bottom=100)
    placed = [row for page in pages for part in page for row in part.rows]
    assert [id(row) for row in placed] == [id(row) for given in given_blocks for row in given.rows]
    for page in pages:
        y = 0.0
        for part in page:
            assert part.top >= y - 0.01
            y = part.top + sum(row.height for row in part.rows)
            assert y <= 100.01


@given(blocks)
def test_no_heading_is_alone_at_the_foot(given_blocks):
    pages = paginate([*given_blocks, block(3)], top=0, bottom=400)
    for page in pages[:-1]:
        assert not page[-1].block.keeps_next
