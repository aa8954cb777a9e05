"""The rows of an export as a statistician works with them: CSV, SPSS, a codebook (DDI), a script for R.

    data_pack.write(export, target)

One pass over the rows writes both tables, so they hold the same rows in the same order.
"""

from survey.reports.data_pack.pack import write

__all__ = ["write"]
