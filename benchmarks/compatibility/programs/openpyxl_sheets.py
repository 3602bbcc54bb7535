"""Writes a workbook with formulas, styles, a chart and names, and reads it back."""

import datetime
import io
import zipfile

WHEELS = ("openpyxl==3.1.5",)


def run() -> str:
    from openpyxl import Workbook, load_workbook
    from openpyxl.chart import BarChart, Reference
    from openpyxl.comments import Comment
    from openpyxl.formatting.rule import CellIsRule
    from openpyxl.formula.translate import Translator
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.table import Table

    book = Workbook()
    sheet = book.active
    sheet.title = "Data"
    for row in (["name", "count", "when"], ["ann", 3, datetime.date(2024, 2, 29)], ["bob", 4.5, None]):
        sheet.append(row)
    sheet["B4"] = "=SUM(B2:B3)"
    sheet["A1"].font = Font(bold=True, color="FF0000")
    sheet["A1"].comment = Comment("a remark", "someone")
    sheet["B2"].number_format = "0.00"
    sheet.conditional_formatting.add(
        "B2:B3", CellIsRule("greaterThan", ["4"], fill=PatternFill("solid", "00FF00"))
    )
    sheet.add_table(Table(displayName="T", ref="A1:C3"))
    choice = DataValidation("list", '"a,b"')
    choice.add("D1")
    sheet.add_data_validation(choice)
    sheet.merge_cells("E1:F2")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    sheet.add_chart(chart, "H2")
    book.create_sheet("Second").cell(2, 3, "there")
    buffer = io.BytesIO()
    book.save(buffer)
    again = load_workbook(buffer)
    data = again["Data"]
    lines = [
        str(again.sheetnames),
        str([[cell.value for cell in row] for row in data.iter_rows(max_col=3)]),
        f"{data['A1'].font.b} {data['A1'].font.color.rgb} {data['A1'].comment.text} {data['B2'].number_format}",
        f"{list(data.tables)} {data.merged_cells.ranges} {data.dimensions} {get_column_letter(28)}",
        str(again["Second"]["C2"].value),
        Translator("=A1+$B$2", origin="C3").translate_formula("D5"),
        str(sorted(name for name in zipfile.ZipFile(buffer).namelist() if "chart" in name or "comment" in name)),
    ]
    quick = load_workbook(buffer, read_only=True)
    lines.append(str([list(row) for row in quick["Data"].values][1][:2]))
    try:
        load_workbook(io.BytesIO(b"no zip"))
    except zipfile.BadZipFile as error:
        lines.append(str(error))
    return "\n".join(lines)
