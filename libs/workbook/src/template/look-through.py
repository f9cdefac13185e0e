"""Prints what a workbook shows to whoever opens it: python look-through.py IN [OUT ROWS]. With OUT, fills ROWS in and saves.

ROWS: JSON, by sheet a list of values for row 3.
"""

import json
import sys

from openpyxl import load_workbook

book = load_workbook(sys.argv[1])
shown = {}
for sheet in book.worksheets:
    lists = {}
    for rule in sheet.data_validations.dataValidation:
        for area in rule.sqref.ranges:
            lists[area.coord] = [rule.type, rule.formula1, rule.error]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    shown[sheet.title] = {
        "rows": [[None if value is None else str(value) for value in row] for row in sheet.iter_rows(values_only=True)],
        "rules": lists,
        "notes": {cell.coordinate: cell.comment.text for cell in cells if cell.comment},
        "red": [cell.coordinate for cell in cells if cell.fill.fgColor.rgb == "FFFF7C80"],
        "links": {cell.coordinate: cell.hyperlink.location for cell in cells if cell.hyperlink},
        "formats": {cell.coordinate: cell.number_format for cell in cells if cell.value is not None},
    }
print(json.dumps(shown))
if len(sys.argv) > 3:
    for name, values in json.loads(sys.argv[3]).items():
        for at, value in enumerate(values):
            if value is not None:
                book[name].cell(row=3, column=at + 1).value = value
    book.save(sys.argv[2])
