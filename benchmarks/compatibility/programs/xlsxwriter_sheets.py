"""Writes a workbook with formats, a chart, a table and rich strings, and reads its parts."""

import datetime
import io
import re
import zipfile

WHEELS = ("xlsxwriter==3.2.9",)


def run() -> str:
    import xlsxwriter
    from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name, xl_range_abs

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "remove_timezone": True}) as book:
        book.set_properties({"title": "T", "created": datetime.datetime(2024, 1, 1)})
        bold, date = (
            book.add_format({"bold": True, "bg_color": "#00ff00"}),
            book.add_format({"num_format": "d.m.yy"}),
        )
        sheet = book.add_worksheet("Data")
        sheet.write_row("A1", ["name", "count", "when"], bold)
        for row, (name, count) in enumerate([("ann", 3), ("bob", 4.5)], 1):
            sheet.write(row, 0, name)
            sheet.write(row, 1, count)
            sheet.write_datetime(row, 2, datetime.datetime(2024, 2, row), date)
        sheet.write_formula("B4", "=SUM(B2:B3)", None, 7.5)
        sheet.write_rich_string("D1", "some ", bold, "bold", " text")
        sheet.write_url("D2", "https://example.org/", string="link")
        sheet.conditional_format("B2:B3", {"type": "3_color_scale"})
        sheet.data_validation("E1", {"validate": "list", "source": ["a", "b"]})
        sheet.add_table("G1:H3", {"columns": [{"header": "x"}, {"header": "y"}]})
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Data!$B$2:$B$3", "name": "n"})
        sheet.insert_chart("J2", chart)
        sheet.autofit()
        book.define_name("Total", "=Data!$B$4")
    with zipfile.ZipFile(buffer) as archive:
        lines = sorted(archive.namelist())
        lines.append(archive.read("xl/worksheets/sheet1.xml").decode())
        lines.append(re.sub(r"<c:axId.*?>", "", archive.read("xl/charts/chart1.xml").decode())[:600])
        lines.append(archive.read("docProps/core.xml").decode())
    lines.append(f"{xl_cell_to_rowcol('AB12')} {xl_col_to_name(700)} {xl_range_abs(0, 0, 2, 3)}")
    return "\n".join(lines)
