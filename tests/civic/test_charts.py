"""Charts: every number drawn in proportion and written out, in lines that fit the narrowest screen."""

from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from civic import charts
from civic.charts import Row
from civic.samples import samples


def bars_of(drawing):
    return [mark for mark in drawing.marks if not mark.text]


def words_of(drawing):
    return [mark.text for mark in drawing.marks if mark.text]


def test_bars_are_as_long_as_their_numbers():
    drawing = charts.bars([Row("甲", (50,), ("50",)), Row("乙", (200,), ("200",)), Row("丙", (0,), ("0",))])

    assert [mark.width for mark in bars_of(drawing)] == ["25.00", "100.00", "0.00"]
    assert words_of(drawing) == ["甲", "50", "乙", "200", "丙", "0"]


def test_a_number_that_is_not_told_has_words_and_no_length():
    drawing = charts.bars([Row("甲", (None,), ("少于10",)), Row("乙", (40,), ("40",))])

    assert [mark.width for mark in bars_of(drawing)] == ["0.00", "100.00"]
    assert "少于10" in words_of(drawing)


def test_two_series_stand_one_under_the_other_each_with_its_name_and_pattern():
    drawing = charts.bars([Row("镇建设办", (Decimal(4), Decimal(5)), ("4.0天", "5.0天"))], ["用时", "时限"])

    assert [(mark.series, mark.width) for mark in bars_of(drawing)] == [(1, "80.00"), (2, "100.00")]
    assert words_of(drawing) == ["镇建设办", "用时", "4.0天", "时限", "5.0天"]
    assert drawing.legend == ((1, "用时"), (2, "时限"))
    assert drawing.patterns == (1, 2)


def test_stacked_parts_follow_each_other_and_the_longest_row_fills_the_width():
    drawing = charts.stacked([Row("甲", (1, 3), ("1", "3")), Row("乙", (1, 1), ("1", "1"))], ["好", "坏"], (2, 4))

    assert [(mark.series, mark.x, mark.width) for mark in bars_of(drawing)] == [
        (2, "0.00", "25.00"),
        (4, "25.00", "75.00"),
        (2, "0.00", "25.00"),
        (4, "25.00", "25.00"),
    ]
    assert drawing.legend == ((2, "好"), (4, "坏"))
    assert "好 1 · 坏 3" in words_of(drawing)


def test_a_funnel_narrows_about_its_middle():
    drawing = charts.funnel([Row("提议", (100,), ("100",)), Row("验收", (20,), ("20",))])

    assert [(mark.x, mark.width) for mark in bars_of(drawing)] == [("0.00", "100.00"), ("40.00", "20.00")]


def test_the_areas_of_a_treemap_are_in_proportion_and_fill_it():
    sizes = {"甲": 60, "乙": 30, "丙": 10}

    drawing = charts.treemap([(name, [Row(name, (size,), (str(size),))]) for name, size in sizes.items()])

    areas = [Decimal(mark.width) * Decimal(mark.height) for mark in bars_of(drawing)]
    whole = 100 * charts.TREE_HEIGHT
    assert [round(area * 100 / whole) for area in areas] == [60, 30, 10]
    assert drawing.is_wide


@pytest.mark.parametrize("number", ["1,234,567.00万元", "走到123,456 · 现在123,456"])
@pytest.mark.parametrize("label", ["小濠冲村", "珠海市斗门区白蕉镇小托村民委员会便民服务中心", "A" * 60, ""])
def test_no_line_of_words_is_wider_than_the_narrowest_screen(label, number):
    drawing = charts.bars([Row(label, (1234567,), (number,))])

    assert "".join(charts.wrapped(label)) == label
    assert charts.wrapped("健全公共设施 · 小濠冲村") == ["健全公共设施", "小濠冲村"]
    assert charts.wrapped("一二三四五六七八九十》，完") == ["一二三四五六七八九", "十》，完"]
    assert all(charts.width_em(text) <= charts.LINE_EM for text in words_of(drawing))
    assert Decimal(drawing.height) > max(Decimal(mark.y) for mark in drawing.marks)


def test_a_label_and_its_number_never_share_a_line_they_do_not_fit():
    drawing = charts.bars([Row("斗门镇建设和规划办公室", (1,), ("1,234.56万元",))])

    lines = {}
    for mark in drawing.marks:
        if mark.text:
            lines.setdefault(mark.y, []).append(mark.text)
    assert all(
        sum(map(charts.width_em, texts)) + (len(texts) - 1) / Decimal(2) <= charts.LINE_EM for texts in lines.values()
    )


def test_a_seventh_series_is_refused():
    with pytest.raises(ValueError, match="six"):
        charts.bars([], ["名"] * 7)


def test_nothing_to_draw_is_no_error():
    assert charts.bars([]).marks == charts.treemap([]).marks == charts.funnel([]).marks == ()


def test_the_picture_has_a_title_a_description_and_its_table_before_it(rf: RequestFactory):
    html = render_to_string("styleguide/_charts.html", samples(), request=rf.get("/"))

    chart = html[html.index('data-test="chart"') :]
    assert "<title" in chart
    assert "<desc" in chart
    assert chart.index("<summary>看表格") < chart.index('<svg class="chart-svg')
